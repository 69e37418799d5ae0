namespace Playbooks.Tests;

public class HouseTests
{
    [Fact]
    public void Core_references_nothing_but_the_framework() =>
        Assert.All(System.Reflection.Assembly.Load("Playbooks.Core").GetReferencedAssemblies(),
            name => Assert.StartsWith("System", name.Name, StringComparison.Ordinal));
}
