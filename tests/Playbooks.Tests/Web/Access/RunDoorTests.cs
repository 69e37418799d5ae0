using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Access;

/// <summary>The door: who is let in to say what, and what becomes of those who are not.</summary>
public class RunDoorTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<AccessRole, Operation> Cells()
    {
        var cells = new TheoryData<AccessRole, Operation>();
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            foreach (var operation in Enum.GetValues<Operation>())
                cells.Add(role, operation);
        }
        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_of_the_table_holds_at_the_door(AccessRole role, Operation operation)
    {
        var world = new DoorWorld();
        var by = DoorWorld.Of(role);
        var allowed = AccessTable.RolesFor(operation).Contains(role);
        if (Wish.OfRuns.Contains(operation))
        {
            var run = Wish.RunFor(world, operation);
            var judgement = await Wish.BringAsync(world, by, run, operation);

            Assert.Equal(allowed ? JudgementCode.Taken : JudgementCode.Forbidden, judgement.Code);
            Assert.Equal(allowed ? [] : [(WireName.Of(operation), by.Person, "api", judgement.Reason!)], world.Refusals(run).Select(refused => (refused.Operation, refused.Person, refused.Via, refused.Reason)));
        }
        else if (operation is Operation.StartRun or Operation.StartDrill)
        {
            var answer = await world.Door.StartAsync(by, new StartBody("start-1", "ask", "campus", operation == Operation.StartRun ? RunMode.Live : RunMode.Drill, null, null, null), Cancelled);

            Assert.Equal(allowed ? "started" : StartAnswer.Forbidden, answer.Result);
            Assert.Equal(allowed ? [by.Person] : [], (await world.Runs.ListAsync(Cancelled)).Select(run => world.Runs.Of(run.RunId).Started!.StartedBy));
            Assert.Equal(allowed ? 0 : 1, world.Said.Count);
        }
        else
        {
            var refused = await world.Door.CheckAsync(by, operation, Cancelled);
            Assert.Equal(allowed, refused is null);
            Assert.Equal(allowed ? 0 : 1, world.Said.Count);
        }
    }

    public static TheoryData<string> Nobodies() => [.. Lookups.Keys];

    private static readonly Dictionary<string, PersonLookup> Lookups = new()
    {
        ["a guest"] = People.Guest("approvers", "operators", "commanders"),
        ["somebody whose account is switched off"] = People.SwitchedOff("approvers", "operators", "commanders"),
        ["a stranger"] = new PersonLookup.Unknown(),
        ["somebody in no group"] = new PersonLookup.Known("somebody", [], IsGuest: false, IsEnabled: true),
        ["somebody in a group that access does not name"] = new PersonLookup.Known("somebody", ["visitors"], IsGuest: false, IsEnabled: true),
    };

    [Theory]
    [MemberData(nameof(Nobodies))]
    public async Task Whoever_holds_nothing_is_let_in_nowhere(string who)
    {
        var world = new DoorWorld();
        var by = new Caller("entra:nobody", "Nobody", "api");
        world.People.Is(by.Person, Lookups[who]);

        foreach (var operation in Enum.GetValues<Operation>().Except(Wish.OfRuns))
            Assert.Equal(JudgementCode.Forbidden, (await world.Door.CheckAsync(by, operation, Cancelled))?.Code);
        foreach (var operation in Wish.OfRuns)
        {
            var run = Wish.RunFor(world, operation);
            Assert.Equal(JudgementCode.Forbidden, (await Wish.BringAsync(world, by, run, operation)).Code);
            Assert.Single(world.Refusals(run));
            Assert.DoesNotContain(world.Runs.EventsOf(run), happened => happened is RunEvent.VoteCast { Person: "entra:nobody" } or RunEvent.OrderGiven or RunEvent.TaskConfirmed or RunEvent.SignalReceived);
        }
    }

    [Fact]
    public async Task While_nobody_can_tell_who_somebody_is_nothing_is_decided_and_nothing_is_held_against_them()
    {
        var world = new DoorWorld();
        world.People.Instead = new PersonLookup.Unavailable("the directory does not answer.");
        foreach (var operation in Wish.OfRuns)
        {
            var run = Wish.RunFor(world, operation);
            var before = world.Runs.EventsOf(run).Count;
            Assert.Equal(JudgementCode.TryAgain, (await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Approver), run, operation)).Code);
            Assert.Equal(before, world.Runs.EventsOf(run).Count);
        }
        Assert.Equal(StartAnswer.TryAgain, (await world.Door.StartAsync(DoorWorld.Of(AccessRole.Operator), new StartBody("start-1", "ask", "campus", RunMode.Live, null, null, null), Cancelled)).Result);

        world.People.Instead = null;
        var again = world.Start();
        Assert.True((await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Approver), again, Operation.Vote)).Accepted);
    }

    [Fact]
    public async Task Who_wants_to_decide_is_looked_up_each_time_and_who_looks_is_not()
    {
        var world = new DoorWorld();
        var (approver, run) = (DoorWorld.Of(AccessRole.Approver), world.Start());
        for (var times = 0; times < 3; times++)
            Assert.Null(await world.Door.CheckAsync(approver, Operation.ViewRuns, Cancelled));
        Assert.Equal(1, world.People.Asked);

        world.People.Is(approver.Person, People.SwitchedOff("approvers"));
        Assert.Equal(JudgementCode.Forbidden, (await Wish.BringAsync(world, approver, run, Operation.Vote)).Code);
        // What was found on that occasion counts for looking, too.
        Assert.Equal(JudgementCode.Forbidden, (await world.Door.CheckAsync(approver, Operation.ViewRuns, Cancelled))?.Code);

        world.People.Are(approver.Person, "approvers");
        Assert.Null(await world.Door.CheckAsync(approver, Operation.ViewRuns, Cancelled));
        world.People.Are(approver.Person);
        world.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(JudgementCode.Forbidden, (await world.Door.CheckAsync(approver, Operation.ViewRuns, Cancelled))?.Code);
    }

    [Fact]
    public async Task An_application_reads_and_decides_nothing()
    {
        var world = new DoorWorld();
        var application = new Caller("app:reader", "Reader", "api", CallerKind.Application);
        world.People.Are(application.Person, "operators", "approvers", "commanders");
        foreach (var operation in Enum.GetValues<Operation>())
            Assert.Equal(AccessTable.OnlyLooks(operation), await world.Door.CheckAsync(application, operation, Cancelled) is null);
        foreach (var operation in Wish.OfRuns)
            Assert.Equal(JudgementCode.Forbidden, (await Wish.BringAsync(world, application, Wish.RunFor(world, operation), operation)).Code);
        Assert.Equal(0, world.People.Asked);
    }

    [Fact]
    public async Task To_whoever_holds_the_key_no_door_is_shut_and_the_decider_judges_them_by_their_groups()
    {
        var world = new DoorWorld();
        var holder = new Caller("local:holder", "Holder", "terminal", CallerKind.KeyHolder);
        foreach (var operation in Enum.GetValues<Operation>())
            Assert.Null(await world.Door.CheckAsync(holder, operation, Cancelled));
        var run = world.Start();
        var refused = await Wish.BringAsync(world, holder, run, Operation.Vote);
        Assert.Equal((JudgementCode.Refused, "Only holders of approvers may vote."), (refused.Code, refused.Reason));

        world.People.Are(holder.Person, "approvers");
        Assert.True((await Wish.BringAsync(world, holder, run, Operation.Vote, "wish-2")).Accepted);
    }

    [Fact]
    public async Task The_rights_of_a_run_are_those_of_the_environment_that_it_is_pinned_to()
    {
        var world = new DoorWorld();
        var other = DoorWorld.EnvironmentOf(EnvironmentKind.Live, "elsewhere");
        var closed = DoorWorld.EnvironmentOf(EnvironmentKind.Live, "campus") with { Access = other.Access.Clear(), Digest = "closed" };
        var run = world.Start();
        var door = new RunDoor(world.Runs, world.Gate, closed, (_, _, _) => throw new NotSupportedException(), world.Said.Add);

        Assert.True((await door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, world.Vote(run), Cancelled)).Accepted);
        Assert.NotNull(await door.CheckAsync(DoorWorld.Of(AccessRole.Approver), Operation.ViewRuns, Cancelled));
    }

    [Fact]
    public async Task The_same_refused_request_is_recorded_once_and_a_run_has_room_for_so_many()
    {
        var world = new DoorWorld();
        var run = world.Start();
        for (var times = 0; times < 3; times++)
            await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Auditor), run, Operation.Vote);
        Assert.Single(world.Refusals(run));
        Assert.Equal(1, world.Runs.Of(run).Refusals);

        for (var number = 0; number < Limits.RefusalsMax + 5; number++)
            Assert.Equal(JudgementCode.Forbidden, (await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Auditor), run, Operation.GiveOrder, $"wish-{number}")).Code);
        Assert.Equal(Limits.RefusalsMax, world.Refusals(run).Count);
    }

    [Fact]
    public async Task A_run_that_is_over_keeps_its_journal_as_its_evidence_has_it()
    {
        var world = new DoorWorld();
        var run = world.Start();
        await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Commander), run, Operation.GiveOrder);
        await world.Door.OrderAsync(DoorWorld.Of(AccessRole.Commander), run, new OrderBody("stop", new Order.Cancel(), "because"), Cancelled);
        Assert.True(world.Runs.Of(run).IsQuiet);
        var before = world.Runs.EventsOf(run).Count;

        Assert.Equal(JudgementCode.Forbidden, (await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Auditor), run, Operation.GiveOrder)).Code);
        Assert.Equal((before, 1), (world.Runs.EventsOf(run).Count, world.Said.Count));
    }

    [Fact]
    public async Task Another_door_may_record_what_it_refused_itself()
    {
        var world = new DoorWorld();
        var run = world.Start();
        var judgement = await world.Door.RefuseAsync(DoorWorld.Of(AccessRole.Approver, "teams"), run, Operation.Vote, "activity-1", "go", "This card is not the current one.", Cancelled);

        Assert.Equal(JudgementCode.Forbidden, judgement.Code);
        Assert.Equal(("vote", "go", "teams", "This card is not the current one."), world.Refusals(run).Select(refused => (refused.Operation, refused.Path!, refused.Via, refused.Reason)).Single());
        Assert.Equal(JudgementCode.UnknownRun, (await world.Door.RefuseAsync(DoorWorld.Of(AccessRole.Approver), "nowhere", Operation.Vote, "activity-1", null, "why", Cancelled)).Code);
    }
}
