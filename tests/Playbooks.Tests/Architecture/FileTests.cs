namespace Playbooks.Tests.Architecture;

public class FileTests
{
    private const int LinesMax = 400;
    private static readonly string[] Roots = ["src", "tests", "bench"];

    [Fact]
    public void No_source_file_is_longer_than_a_reader_can_hold()
    {
        var tooLong = from folder in Roots
                      let root = Path.Combine(Repository.Root, folder)
                      where Directory.Exists(root)
                      from file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                      where !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal)
                      let lines = File.ReadLines(file).Count()
                      where lines > LinesMax
                      select $"{Path.GetRelativePath(Repository.Root, file)} has {lines} lines";
        Assert.Empty(tooLong);
    }

    [Theory]
    [InlineData("Models")]
    [InlineData("Services")]
    [InlineData("Helpers")]
    [InlineData("Utils")]
    [InlineData("Common")]
    public void Core_has_no_folder_that_says_nothing(string name) =>
        Assert.Empty(Directory.GetDirectories(Path.Combine(Repository.Root, "src", "Playbooks.Core"), name, SearchOption.AllDirectories));
}
