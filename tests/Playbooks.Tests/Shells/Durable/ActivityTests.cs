using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.DurableFunctions.Runs;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Shells.Contract;
using Playbooks.Tests.Shells.Replay;

namespace Playbooks.Tests.Shells.Durable;

/// <summary>Activities are run twice, one after the other and at the same time; the second finds what the first has done.</summary>
public class ActivityTests
{
    private const string RunId = "run-1";
    private readonly ScriptedWorld world = new();
    private readonly MemoryStores stores = new();
    private readonly FakeTimeProvider time = new(ShellContract.Start);
    private readonly RunActivities activities;
    private readonly DeploymentEnvironment environment = Environments.Of(RunMode.Live);

    public ActivityTests()
    {
        activities = Activities(stores);
        ((ITexts)stores).KeepAsync(environment.Digest, environment.Text, default).GetAwaiter().GetResult();
    }

    [Theory]
    [InlineData("http.request")]
    [InlineData("notify")]
    public async Task An_action_that_has_answered_is_not_called_again(string action)
    {
        var first = await ActAsync(action, "one");
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(first, await ActAsync(action, "two"));
        Assert.Single(world.Calls);
    }

    [Fact]
    public async Task Of_two_that_run_at_the_same_time_what_cannot_be_repeated_acts_once_and_both_answer_the_same()
    {
        var held = world.Hold("act");
        var first = ActAsync("http.request", "one");

        var second = await ActAsync("http.request", "two");
        held.SetResult(ScriptedWorld.Done);

        Assert.Equal(ErrorKind.OutcomeUnknown, Assert.IsType<RunEvent.ActionFailed>(Answers.ReadEvent(second)).Kind);
        Assert.Equal(second, await first);
        Assert.Single(world.Calls);
    }

    [Fact]
    public async Task Of_two_that_run_at_the_same_time_the_first_answer_counts_for_both()
    {
        var (slow, quick) = (world.Hold("act"), world.Hold("act"));
        var first = ActAsync("notify", "one");
        var second = ActAsync("notify", "two");

        quick.SetResult(new Outcome.Succeeded(JsonData.Object(("via", JsonData.Of("second")))));
        slow.SetResult(new Outcome.Succeeded(JsonData.Object(("via", JsonData.Of("first")))));

        Assert.Equal(await second, await first);
        Assert.Equal("second", Assert.IsType<RunEvent.ActionSucceeded>(Answers.ReadEvent(await first)).Output["via"]!.AsString());
        Assert.Single(world.Calls.Select(call => call.Command.Key).Distinct());
    }

    [Fact]
    public async Task The_same_owner_that_is_run_again_before_it_reported_goes_on()
    {
        await stores.ClaimAsync(RunId, "act~d.0.1.0", "one", TestContext.Current.CancellationToken);

        Assert.IsType<RunEvent.ActionSucceeded>(Answers.ReadEvent(await ActAsync("http.request", "one")));
    }

    [Fact]
    public async Task Nothing_is_started_after_its_deadline_and_who_was_first_says_so()
    {
        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(ErrorKind.Transient, Assert.IsType<RunEvent.ActionFailed>(Answers.ReadEvent(await ActAsync("notify", "one"))).Kind);
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task After_the_deadline_nobody_says_that_nothing_happened_when_another_may_have_acted()
    {
        await stores.ClaimAsync(RunId, "act~d.0.1.0", "another", TestContext.Current.CancellationToken);
        time.Advance(TimeSpan.FromHours(1));

        Assert.Null(Answers.ReadEvent(await ActAsync("notify", "one")));
        Assert.Empty(world.Calls);
    }

    [Fact]
    public async Task An_environment_is_read_once_for_all_the_actions_that_are_pinned_to_it()
    {
        Begin("notify", _ => []);
        var asked = new CountedTexts(stores);
        var counted = Activities(asked);

        foreach (var attempt in new[] { 1, 2, 3 })
            await counted.ExecuteAsync(ActivityNames.Act, CallOf("notify", attempt).Write(), "one", TestContext.Current.CancellationToken);

        Assert.Equal((3, 1), (world.Calls.Count, asked.Finds));
        Assert.All(world.Calls, call => Assert.Equal(environment.Digest, call.Environment.Digest));
    }

    [Fact]
    public async Task An_append_that_is_repeated_finds_its_own_bytes_and_is_done()
    {
        var first = await AppendAsync(JournalPosition.Beginning(RunId), Event("a"), Event("b"));

        Assert.Equal(first, await AppendAsync(JournalPosition.Beginning(RunId), Event("a"), Event("b")));
        Assert.Equal(2, Answers.ReadPosition(first)!.Sequence);
    }

    [Fact]
    public async Task An_append_where_others_have_written_is_a_conflict_and_writes_nothing()
    {
        await AppendAsync(JournalPosition.Beginning(RunId), Event("a"));
        var before = (await stores.ReadAsync(RunId, 0, long.MaxValue, TestContext.Current.CancellationToken)).ToArray();

        Assert.Null(Answers.ReadPosition(await AppendAsync(JournalPosition.Beginning(RunId), Event("other"))));
        Assert.Equal(before, (await stores.ReadAsync(RunId, 0, long.MaxValue, TestContext.Current.CancellationToken)).ToArray());
    }

    [Fact]
    public async Task A_journal_that_was_cut_off_is_no_conflict_but_a_failure() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => AppendAsync(new JournalPosition(7, 700, "00"), Event("a")));

    [Fact]
    public async Task Of_twenty_that_append_at_the_same_place_one_wins()
    {
        var results = new List<JournalPosition?>();
        for (var racer = 0; racer < 20; racer++)
            results.Add(Answers.ReadPosition(await AppendAsync(JournalPosition.Beginning(RunId), Event($"racer {racer}"))));

        Assert.Single(results, result => result is not null);
    }

    private static string Event(string name) => Answers.Write(new RunEvent.SignalReceived(name, name, JsonData.Null, ShellContract.Start));

    private Task<string> AppendAsync(JournalPosition at, params string[] events) =>
        activities.ExecuteAsync(ActivityNames.Append, new Call.Append(RunId, at, [.. events]).Write(), "one", TestContext.Current.CancellationToken);

    [Fact]
    public async Task What_the_run_has_given_up_is_not_repeated_though_the_clock_is_behind()
    {
        Begin("artifacts.promote", at => [new RunEvent.TimerFired("deadline/act~d", at.AddHours(1))]);
        await stores.ClaimAsync(RunId, "act~d.0.1.0", "another", TestContext.Current.CancellationToken);

        Assert.Null(Answers.ReadEvent(await ActAsync("artifacts.promote", "one")));
        Assert.Empty(world.Calls);
    }

    /// <summary>A run of which the journal holds the intent of <c>act</c>, and what happened then.</summary>
    private void Begin(string action, Func<DateTimeOffset, RunEvent[]> then)
    {
        var step = action switch { "http.request" => Steps.Post("act"), "notify" => Steps.Notify("act"), _ => Steps.Promote("act") };
        var playbook = ((ReadResult<Playbook>.Valid)PlaybookReader.Read(
            $$"""{ "playbook": "acts", "version": "1.0.0", "title": "Acts", "objectives": {}, "roles": { "commander": "commanders" }, "steps": [ {{step}} ] }""", "acts.json")).Value;
        var at = ShellContract.Start;
        var request = new StartRequest("request", playbook, environment, RunMode.Live, JsonData.EmptyObject, null, "starter", null, at, null);
        var begun = Decider.React(Run.Empty, [Starting.Event(RunId, request, null, at)], "epoch:1");
        var gone = Decider.React(begun.Run, then(at), "epoch:1");
        var (block, _) = JournalPosition.Beginning(RunId).Append([.. begun.Appended.Concat(gone.Appended).Select(Answers.Write)]);
        Assert.True(((IJournals)stores).TryAppendAsync(RunId, 0, block, CancellationToken.None).Result);
    }

    private Task<string> ActAsync(string action, string owner)
    {
        if (((IJournals)stores).ReadAsync(RunId, 0, 1, CancellationToken.None).Result.IsEmpty)
            Begin(action, _ => []);
        return ExecuteAsync(action, owner);
    }

    private Task<string> ExecuteAsync(string action, string owner) => activities.ExecuteAsync(ActivityNames.Act,
        CallOf(action, 1).Write(), owner, TestContext.Current.CancellationToken);

    private Call.Act CallOf(string action, int attempt) => new(RunId, RunMode.Live, environment.Digest, new CommandId("act", Purpose.Do, 0, attempt, 0), "key", action,
        JsonData.EmptyObject, ShellContract.Start.AddMinutes(2), null, false, null, false);

    private RunActivities Activities(ITexts texts)
    {
        var (journals, outside) = (new KnownJournals(stores), new ProcessOutside(world));
        var runner = new ReplayRunner(new Agenda(time), _ => throw new NotSupportedException(), (_, _, _) => throw new NotSupportedException());
        return new RunActivities(stores, journals, stores, texts, stores, stores, new RunKeys(stores, texts, journals, runner, new Inbox(runner, stores, journals, time), time),
            new RunOutside(outside, outside, outside, (run, _) => outside.RaiseAsync(run)), time);
    }

    private sealed class CountedTexts(ITexts inner) : ITexts
    {
        public int Finds { get; private set; }

        public Task<string?> FindAsync(string digest, CancellationToken cancellationToken)
        {
            Finds++;
            return inner.FindAsync(digest, cancellationToken);
        }

        public Task KeepAsync(string digest, string text, CancellationToken cancellationToken) => inner.KeepAsync(digest, text, cancellationToken);

        public Task<string> KeepVersionAsync(string name, string version, string digest, CancellationToken cancellationToken) =>
            inner.KeepVersionAsync(name, version, digest, cancellationToken);

        public Task<string> KeepStartAsync(string requestId, string answer, CancellationToken cancellationToken) => inner.KeepStartAsync(requestId, answer, cancellationToken);
    }
}
