using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Access;

public class LocalDirectoryTests
{
    private static DeploymentEnvironment Environment(EnvironmentKind kind) => DoorWorld.EnvironmentOf(kind, "campus") is var environment ? environment with
    {
        Roles = environment.Roles.SetItem("approvers", ["dev:approver", "local:approver"]).SetItem("commanders", ["local:*", "group:11111111-2222-3333-4444-555555555555", "dev:approver"]),
    } : throw new System.Diagnostics.UnreachableException();

    [Theory]
    [InlineData("dev:approver", EnvironmentKind.Live, "approvers commanders")]
    [InlineData("local:approver", EnvironmentKind.Live, "approvers")]
    [InlineData("local:approver", EnvironmentKind.Drill, "approvers commanders")]
    [InlineData("local:anybody", EnvironmentKind.Drill, "commanders")]
    [InlineData("local:anybody", EnvironmentKind.Live, null)]
    [InlineData("dev:anybody", EnvironmentKind.Drill, null)]
    [InlineData("DEV:approver", EnvironmentKind.Live, null)]
    [InlineData("local:*", EnvironmentKind.Live, null)]
    [InlineData("local:*", EnvironmentKind.Drill, null)]
    [InlineData("group:11111111-2222-3333-4444-555555555555", EnvironmentKind.Live, null)]
    [InlineData("", EnvironmentKind.Live, null)]
    public async Task It_knows_the_people_whom_the_environment_names_and_nobody_else(string person, EnvironmentKind kind, string? groups)
    {
        var found = await new LocalDirectory().LookUpAsync(Environment(kind), person, TestContext.Current.CancellationToken);
        Assert.Equal(groups, (found as PersonLookup.Known) is { } known ? string.Join(' ', known.Groups) : null);
    }

    [Fact]
    public async Task Of_people_whom_only_Entra_knows_it_says_nothing_on_a_guess()
    {
        var environment = Environment(EnvironmentKind.Live);
        environment = environment with { Roles = environment.Roles.SetItem("approvers", ["entra:someone"]) };
        var entra = new People();
        entra.Are("entra:someone", "approvers");

        Assert.IsType<PersonLookup.Unavailable>(await new PeopleDirectory(new LocalDirectory(), null).LookUpAsync(environment, "entra:someone", TestContext.Current.CancellationToken));
        Assert.IsType<PersonLookup.Known>(await new PeopleDirectory(new LocalDirectory(), entra).LookUpAsync(environment, "entra:someone", TestContext.Current.CancellationToken));
        Assert.IsType<PersonLookup.Unknown>(await new PeopleDirectory(new LocalDirectory(), entra).LookUpAsync(environment, "dev:someone", TestContext.Current.CancellationToken));
        Assert.Equal(1, entra.Asked);
    }
}
