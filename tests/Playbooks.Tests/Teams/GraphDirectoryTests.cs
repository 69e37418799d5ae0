using Playbooks.Connectors.Teams.Graph;
using Playbooks.Core;

namespace Playbooks.Tests.Teams;

public class GraphDirectoryTests
{
    private const string Person = "entra:" + TeamsRig.Approver;

    [Fact]
    public async Task Who_belongs_to_a_group_of_the_directory_holds_the_group_of_the_environment()
    {
        await using var rig = await TeamsRig.StartAsync();
        var known = Assert.IsType<PersonLookup.Known>(await Ask(rig, Person));
        Assert.Equal(("Approver", false, true), (known.Name, known.IsGuest, known.IsEnabled));
        Assert.Equal(["ml-approvers"], known.Groups);
    }

    [Fact]
    public async Task Who_was_taken_out_of_a_group_a_moment_ago_holds_it_no_more()
    {
        await using var rig = await TeamsRig.StartAsync();
        var directory = new GraphDirectory(rig.Graph, rig.Time);
        Assert.NotEmpty(Assert.IsType<PersonLookup.Known>(await directory.LookUpAsync(rig.Environment, Person, TestContext.Current.CancellationToken)).Groups);
        rig.Teams.Groups[TeamsRig.Group] = [];
        Assert.Empty(Assert.IsType<PersonLookup.Known>(await directory.LookUpAsync(rig.Environment, Person, TestContext.Current.CancellationToken)).Groups);
    }

    [Theory]
    [InlineData("Guest", true, true)]
    [InlineData("Member", false, false)]
    [InlineData("", true, true)]
    public async Task A_guest_and_a_switched_off_account_are_said_to_be_so(string type, bool enabled, bool isGuest)
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Add(TeamsRig.Approver, "Somebody", type: type, enabled: enabled));
        var known = Assert.IsType<PersonLookup.Known>(await Ask(rig, Person));
        Assert.Equal((isGuest, enabled), (known.IsGuest, known.IsEnabled));
    }

    [Theory]
    [InlineData("entra:ffffffff-0000-4000-8000-000000000001")]
    [InlineData("entra:../groups")]
    [InlineData("dev:operator")]
    [InlineData("local:user")]
    [InlineData("")]
    public async Task Whom_the_directory_does_not_know_it_does_not_know(string person)
    {
        await using var rig = await TeamsRig.StartAsync();
        Assert.IsType<PersonLookup.Unknown>(await Ask(rig, person));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(null)]
    public async Task A_directory_that_does_not_answer_lets_nobody_decide(int? status)
    {
        await using var rig = await TeamsRig.StartAsync(teams => teams.Misbehaves(new Fault("directory") { Status = status, Code = "Denied" }));
        Assert.StartsWith("The directory does not say who this is: ", Assert.IsType<PersonLookup.Unavailable>(await rig.AfterAsync(Ask(rig, Person))).Reason, StringComparison.Ordinal);
    }

    private static Task<PersonLookup> Ask(TeamsRig rig, string person) => new GraphDirectory(rig.Graph, rig.Time).LookUpAsync(rig.Environment, person, TestContext.Current.CancellationToken);
}
