using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Access;

/// <summary>Through the door and past it: four eyes, digests, time, repeats.</summary>
public class DecidingTests
{
    private readonly DoorWorld world = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DoorWorld.Starter, "Nobody decides on a run that they started.")]
    [InlineData(DoorWorld.Editor, "Nobody decides on a run of a playbook that they edited.")]
    public async Task Who_started_the_run_or_made_its_playbook_has_no_vote(string person, string reason)
    {
        world.People.Are(person, "approvers");
        var run = world.Start();

        var judgement = await world.Door.VoteAsync(new Caller(person, "", "page"), run, world.Vote(run), Cancelled);
        Assert.Equal((JudgementCode.Refused, reason), (judgement.Code, judgement.Reason));
    }

    [Fact]
    public async Task Who_started_a_run_through_the_door_has_no_vote_on_it()
    {
        world.People.Are(DoorWorld.IdOf(AccessRole.Operator), "operators", "approvers");
        var started = await world.Door.StartAsync(DoorWorld.Of(AccessRole.Operator), new StartBody("start-1", "ask", "campus", RunMode.Live, null, null, null), Cancelled);

        var judgement = await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Operator), started.RunId!, world.Vote(started.RunId!), Cancelled);
        Assert.Equal("Nobody decides on a run that they started.", judgement.Reason);
    }

    [Fact]
    public async Task One_person_in_two_groups_has_one_vote()
    {
        world.People.Are(DoorWorld.IdOf(AccessRole.Approver), "approvers", "second-approvers");
        var run = world.Start(DoorWorld.Playbook(""", "quorum": 2"""));

        Assert.True((await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, world.Vote(run), Cancelled)).Accepted);
        var second = await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver, "page"), run, world.Vote(run, "vote-2"), Cancelled);
        Assert.Equal((JudgementCode.Refused, "One person, one vote."), (second.Code, second.Reason));
        Assert.IsType<StepState.Voting>(world.Runs.Of(run).StateOf("go"));
    }

    [Theory]
    [InlineData("page", true)]
    [InlineData("api", false)]
    [InlineData("teams", false)]
    [InlineData("terminal", false)]
    public async Task What_is_decided_on_the_page_is_decided_nowhere_else(string via, bool taken)
    {
        var run = world.Start(DoorWorld.Playbook(""", "decideOn": "page" """));
        Assert.Equal(taken, (await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver, via), run, world.Vote(run), Cancelled)).Accepted);
    }

    [Fact]
    public async Task An_approval_of_a_drill_is_none_of_a_live_run()
    {
        var (live, drill) = (world.Start(), world.Start(mode: RunMode.Drill));
        world.Runs.Hears(drill, new RunEvent.AlertAttached(JsonData.EmptyObject, DoorWorld.Now, default));

        var judgement = await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), live, world.Vote(drill), Cancelled);
        Assert.Equal((JudgementCode.Refused, "What is asked has changed since; look at it again."), (judgement.Code, judgement.Reason));
    }

    [Fact]
    public async Task Who_votes_for_something_else_than_is_asked_votes_for_nothing()
    {
        var run = world.Start();
        foreach (var (number, vote) in new[] { world.Vote(run) with { Digest = "another" }, world.Vote(run) with { Round = 2 }, world.Vote(run) with { Path = "call" } }.Index())
            Assert.Equal(JudgementCode.Refused, (await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, vote with { VoteId = $"vote-{number}" }, Cancelled)).Code);
    }

    [Theory]
    [InlineData("PT29M59S", true)]
    [InlineData("PT30M", false)]
    public async Task The_clock_of_the_engine_says_what_is_late(string after, bool taken)
    {
        var run = world.Start();
        var vote = world.Vote(run);
        world.Time.Advance(System.Xml.XmlConvert.ToTimeSpan(after));

        var judgement = await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, vote, Cancelled);
        Assert.Equal(taken, judgement.Accepted);
        if (!taken)
            Assert.Equal("It had to be decided until 2026-03-01 03:30:00Z.", judgement.Reason);
    }

    [Fact]
    public async Task The_same_request_again_gets_the_same_answer_and_records_nothing()
    {
        foreach (var (role, operation) in new[] { (AccessRole.Approver, Operation.Vote), (AccessRole.Operator, Operation.ConfirmTask), (AccessRole.Commander, Operation.GiveOrder), (AccessRole.Operator, Operation.SendSignal) })
        {
            var run = Wish.RunFor(world, operation);
            var asked = operation == Operation.Vote ? world.Vote(run, "wish-1") : null;
            var first = await Again();
            var before = world.Runs.EventsOf(run).Count;
            Assert.Equal((true, first, first), (first.Accepted, await Again(), await Again()));
            Assert.Equal(before, world.Runs.EventsOf(run).Count);

            // The approval is over after the first vote, and the caller still says what they said.
            Task<Judgement> Again() => asked is null ? Wish.BringAsync(world, DoorWorld.Of(role), run, operation) : world.Door.VoteAsync(DoorWorld.Of(role), run, asked, Cancelled);
        }
    }

    [Fact]
    public async Task The_same_id_for_something_else_is_refused_and_records_nothing()
    {
        var run = world.Start(DoorWorld.Playbook(""", "quorum": 2"""));
        var vote = world.Vote(run);
        await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, vote, Cancelled);
        await world.Door.OrderAsync(DoorWorld.Of(AccessRole.Commander), run, new OrderBody("order-1", new Order.Pause(), "because"), Cancelled);
        await world.Door.SignalAsync(DoorWorld.Of(AccessRole.Operator), run, new SignalBody("signal-1", "ready", JsonData.True), Cancelled);
        var before = world.Runs.EventsOf(run).Count;

        Assert.Equal(JudgementCode.Reused, (await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, vote with { Approves = false }, Cancelled)).Code);
        Assert.Equal(JudgementCode.Reused, (await world.Door.OrderAsync(DoorWorld.Of(AccessRole.Commander), run, new OrderBody("order-1", new Order.Cancel(), "because"), Cancelled)).Code);
        Assert.Equal(JudgementCode.Reused, (await world.Door.SignalAsync(DoorWorld.Of(AccessRole.Operator), run, new SignalBody("signal-1", "ready", JsonData.False), Cancelled)).Code);
        Assert.Equal(before, world.Runs.EventsOf(run).Count);
        Assert.False(world.Runs.Of(run).HasEnded);
    }

    [Fact]
    public async Task Nobody_uses_up_an_id_of_somebody_else()
    {
        var run = world.Start(DoorWorld.Playbook(""", "quorum": 2"""));
        var other = new Caller("entra:other", "Other", "api");
        world.People.Are(other.Person, "approvers");

        Assert.True((await world.Door.VoteAsync(other, run, world.Vote(run), Cancelled)).Accepted);
        Assert.True((await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, world.Vote(run), Cancelled)).Accepted);
        Assert.IsNotType<StepState.Voting>(world.Runs.Of(run).StateOf("go"));
    }

    [Fact]
    public async Task A_start_with_the_same_id_starts_once_and_for_something_else_not_at_all()
    {
        var body = new StartBody("start-1", "ask", "campus", RunMode.Live, JsonData.Object(("model", JsonData.Of("grading"))), null, null);
        var first = await world.Door.StartAsync(DoorWorld.Of(AccessRole.Operator), body, Cancelled);
        Assert.Equal(first.RunId, (await world.Door.StartAsync(DoorWorld.Of(AccessRole.Operator), body, Cancelled)).RunId);

        Assert.Equal(StartAnswer.Reused, (await world.Door.StartAsync(DoorWorld.Of(AccessRole.Operator), body with { Inputs = JsonData.Object(("model", JsonData.Of("fraud"))) }, Cancelled)).Result);
        Assert.Single(await world.Runs.ListAsync(Cancelled));
    }

    [Fact]
    public async Task What_nobody_judges_is_not_called_taken()
    {
        var run = world.StartTask();
        world.Runs.Hears(run, new RunEvent.RunParked("a defect", default));
        Assert.Equal(JudgementCode.Unjudged, (await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Operator), run, Operation.ConfirmTask)).Code);
        Assert.Equal(JudgementCode.Unjudged, (await Wish.BringAsync(world, DoorWorld.Of(AccessRole.Commander), run, Operation.GiveOrder)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("über")]
    [InlineData("line\nend")]
    public async Task An_id_that_is_none_is_said_to_be_none(string id)
    {
        var run = world.Start();
        var before = world.Runs.EventsOf(run).Count;
        Assert.Equal(JudgementCode.Invalid, (await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, world.Vote(run, id), Cancelled)).Code);
        Assert.Equal(JudgementCode.Invalid, (await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, world.Vote(run, new string('a', RequestLimits.IdMaxCharacters + 1)), Cancelled)).Code);
        Assert.Equal(before, world.Runs.EventsOf(run).Count);
    }

    [Fact]
    public async Task What_is_longer_than_a_journal_should_hold_is_not_recorded()
    {
        var run = world.Start();
        var text = new string('a', RequestLimits.TextMaxCharacters + 1);
        Assert.Equal(JudgementCode.Invalid, (await world.Door.VoteAsync(DoorWorld.Of(AccessRole.Approver), run, world.Vote(run) with { Comment = text }, Cancelled)).Code);
        Assert.Equal(JudgementCode.Invalid, (await world.Door.OrderAsync(DoorWorld.Of(AccessRole.Commander), run, new OrderBody("order-1", new Order.Pause(), text), Cancelled)).Code);
        Assert.Equal(JudgementCode.Invalid, (await world.Door.OrderAsync(DoorWorld.Of(AccessRole.Commander), run, new OrderBody("order-1", null!, "why"), Cancelled)).Code);
        Assert.Equal(JudgementCode.Invalid, (await world.Door.ConfirmAsync(DoorWorld.Of(AccessRole.Operator), run, new TaskBody("call", text), Cancelled)).Code);
        Assert.Equal(JudgementCode.Invalid, (await world.Door.SignalAsync(DoorWorld.Of(AccessRole.Operator), run, new SignalBody("signal-1", "ready", JsonData.Of(new string('a', RequestLimits.PayloadMaxBytes))), Cancelled)).Code);
    }
}
