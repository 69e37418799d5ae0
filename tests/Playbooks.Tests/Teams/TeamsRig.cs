using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors.Storage;
using Playbooks.Connectors.Teams;
using Playbooks.Connectors.Teams.Graph;
using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Sqlite;
using Playbooks.Tests.Definitions;
using Playbooks.Tests.Sqlite;

namespace Playbooks.Tests.Teams;

/// <summary>An engine whose people are in Teams, against the stand-in, on a clock that moves only while nothing is under way.</summary>
internal sealed class TeamsRig : IAsyncDisposable
{
    public const string Group = "aaaaaaaa-0000-4000-8000-000000000001";
    public const string Approver = "bbbbbbbb-0000-4000-8000-000000000001";
    public const string OtherApprover = "bbbbbbbb-0000-4000-8000-000000000002";
    public const string Approve = """{ "id": "go", "approve": { "role": "approver", "message": "Go on with ${ inputs.model }?", "covers": ["say"], "decideWithin": "PT30M", "onTimeout": "deny" } }, { "id": "say", "do": "notify", "with": { "channel": "incidents", "text": "done" } }""";
    private static int rigs;
    private const string Tenant = "cccccccc-0000-4000-8000-000000000001";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private const int TurnsEach = 64;

    private TeamsRig(TeamsStandIn teams) => Teams = teams;

    /// <summary>Cards follow each commit.</summary>
    private bool follows;
    private Busy busy = null!;

    public TeamsStandIn Teams { get; }
    public TempFolder Folder { get; } = new();
    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));
    public FakeOutside Outside { get; } = new();
    public DeploymentEnvironment Environment { get; private set; } = null!;
    public Engine Engine { get; private set; } = null!;
    public TeamsPeople People { get; private set; } = null!;
    public BotConnector Bot { get; private set; } = null!;
    public GraphClients Graph { get; private set; } = null!;
    /// <summary>What the bot finds when it wants to remember; null for the engine itself.</summary>
    public Func<IRuns, IRuns> Remembering { get; set; } = runs => runs;

    public static async Task<TeamsRig> StartAsync(Action<TeamsStandIn>? prepare = null, string onCall = "", bool follows = false)
    {
        var rig = new TeamsRig(await TeamsStandIn.StartAsync()) { follows = follows };
        rig.Teams.Add(Approver, "Approver");
        rig.Teams.Add(OtherApprover, "Other");
        rig.Teams.Groups[Group] = [Approver, OtherApprover];
        prepare?.Invoke(rig.Teams);
        // Tests run beside each other in one process, and its variables are theirs together.
        var smsVariable = $"PLAYBOOKS_TEST_TEAMS_SMS_{Interlocked.Increment(ref rigs)}";
        System.Environment.SetEnvironmentVariable(smsVariable, rig.Teams.Sms.AbsoluteUri);
        rig.Environment = EnvironmentText.Valid(EnvironmentText.Drill
            .Replace("""{ "incidents": { "kind": "terminal" } }""", $$"""{ "incidents": { "kind": "teams", "channel": "{{TeamsStandIn.Channel}}" } }""", StringComparison.Ordinal)
            .Replace("""["approver@university.example"]""", $"""["group:{Group}"]""", StringComparison.Ordinal)
            .Replace("\"incident-commanders\": []", $"\"incident-commanders\": [\"entra:{OtherApprover}\"]", StringComparison.Ordinal)
            .Replace("\"erasures\": {", $$"""
                "teams": { "tenant": "{{Tenant}}", "app": "dddddddd-0000-4000-8000-000000000001", "channel": "incidents", "pages": "https://recovery.university.example/",
                  "mailFrom": "recovery@university.example", "sms": "env:{{smsVariable}}"{{onCall}} }, "erasures": {
                """, StringComparison.Ordinal));
        await rig.OpenAsync();
        return rig;
    }

    /// <summary>A new process on the same journal.</summary>
    public async Task OpenAsync()
    {
        Bot = new BotConnector(Tenant, Teams.Bot, new FakeTokens(), Time, url => url.IsLoopback);
        Graph = new GraphClients(new FakeTokens(), Time, Teams.Graph);
        Engine? engine = null;
        People = new TeamsPeople(Environment, Bot, Graph, new Secrets(), () => Remembering(engine!), Time, url => url.IsLoopback);
        engine = Engine = await Engine.OpenAsync(Folder.Journal, new EngineOptions
        {
            Actions = Outside, People = busy = new Busy(People), Anchors = Outside, RaiseAlert = (_, _) => Task.CompletedTask, Time = Time, Committed = follows ? People.Committed : null, PatrolAfter = TimeSpan.Zero, ShutdownGrace = TimeSpan.FromSeconds(1),
        });
    }

    public async Task CloseAsync()
    {
        await Engine.DisposeAsync();
        People.Dispose();
        Bot.Dispose();
        Graph.Dispose();
    }

    public async Task<string> StartRunAsync(string steps = Approve, string model = "grading")
    {
        var read = PlaybookReader.Read($$"""
            { "playbook": "small", "version": "1.0.0", "title": "A small trouble", "objectives": {}, "inputs": { "model": { "type": "string" } },
              "roles": { "approver": "ml-approvers", "commander": "incident-commanders" }, "steps": [ {{steps}} ] }
            """, "playbook.json");
        var playbook = read is ReadResult<Playbook>.Valid valid ? valid.Value : throw new InvalidOperationException(string.Join('\n', ((ReadResult<Playbook>.Invalid)read).Errors));
        return Assert.IsType<StartResult.Started>(await Engine.StartAsync(new StartRequest("request-1", playbook, Environment, RunMode.Drill,
            JsonData.Object(("model", JsonData.Of(model))), null, "starter", null, null, null), TestContext.Current.CancellationToken)).RunId;
    }

    /// <summary>Lets time go on while nothing is under way, until it is as meant.</summary>
    public async Task UntilAsync(Func<Task<bool>> isMeant, string what, int millisecondsEach = 200)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        for (var looks = 1; !await isMeant(); looks++)
        {
            Assert.True(patience.Elapsed < Patience, $"It did not come to this: {what}, after {looks} looks; the clock stands at {Time.GetUtcNow():O}. Requests: {string.Join("\n", Teams.Requests)}");
            if (Teams.IsIdle)
                Time.Advance(TimeSpan.FromMilliseconds(millisecondsEach));
            await Task.Delay(8, TestContext.Current.CancellationToken);
            // Where the machine is busy, what is under way gets its turns before the clock goes on: else limits run out that nobody had a chance to keep.
            for (var turn = 0; turn < TurnsEach; turn++)
                await Task.Run(static () => { });
        }
    }

    public Task UntilAsync(Func<bool> isMeant, string what, int millisecondsEach = 200) => UntilAsync(() => Task.FromResult(isMeant()), what, millisecondsEach);

    /// <summary>Lets so much time pass at once that nobody acts in; it begins when the open question stands on both its cards and the engine is told so.</summary>
    public async Task PassAsync(string run, TimeSpan time)
    {
        await UntilAsync(async () => await SaysAsync(run, Notices.Run, "Awaited") && busy.IsDone, "an awaited decision on the root card");
        Time.Advance(time);
    }

    /// <summary>Lets time go on until the run has this event.</summary>
    public async Task<T> UntilAsync<T>(string run, Func<T, bool> isMeant, int millisecondsEach = 200) where T : RunEvent
    {
        T? found = null;
        await UntilAsync(async () => (found = (await EventsAsync(run)).OfType<T>().FirstOrDefault(isMeant)) is not null, $"{typeof(T).Name} in {run}", millisecondsEach);
        return found!;
    }

    public async Task<T> AfterAsync<T>(Task<T> task, int millisecondsEach = 200)
    {
        await UntilAsync(() => task.IsCompleted, "an answer", millisecondsEach);
        return await task;
    }

    public async Task<IReadOnlyList<RunEvent>> EventsAsync(string run) =>
        [.. (await Engine.ReadAsync(run, 1, TestContext.Current.CancellationToken)).Select(stored => stored.Event)];

    /// <summary>The card of a notice where the journal says that it lies; null where none does.</summary>
    public async Task<JsonData?> CardAsync(string run, string notice) =>
        (await Engine.FindAsync(run, TestContext.Current.CancellationToken))?.Cards.GetValueOrDefault(notice) is { } posted
            && Teams.Messages.TryGetValue((posted.Conversation, posted.Activity), out var message) ? JsonData.Parse(message["attachments"]![0]!["content"]!.ToJsonString()) : null;

    public async Task<bool> SaysAsync(string run, string notice, string words) =>
        await CardAsync(run, notice) is { } card && Cards.CardSchema.Words(card).Contains(words, StringComparison.Ordinal);

    public async Task VoteAsync(string run, bool approves = true)
    {
        var approval = Assert.IsType<StepState.Voting>((await Engine.FindAsync(run, TestContext.Current.CancellationToken))!.StateOf("go")).Approval;
        await Engine.SignalAsync(run, new RunEvent.VoteCast("vote-1", "go", approval.Round, approval.Digest, "entra:" + Approver, ["ml-approvers"], approves, null, Votes.ViaTeams, default), TestContext.Current.CancellationToken);
    }

    public static string Nonce(JsonData card) => Cards.CardSchema.OfType(card, "Action.Execute").First()["data"]!["nonce"]!.AsString()!;

    public static string Gate => Notices.Approval("go", 1);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await Teams.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Knows whether the engine waits for people to be reached.</summary>
    private sealed class Busy(IPeople people) : IPeople
    {
        private int calls;

        public bool IsDone => Volatile.Read(ref calls) == 0;

        public async Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
        {
            var via = "";
            await CountedAsync(async () => via = await people.TellAsync(run, message, cancellationToken));
            return via;
        }

        public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken) =>
            CountedAsync(() => people.ShowApprovalAsync(run, approval, open, cancellationToken));

        public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => CountedAsync(() => people.ShowAskAsync(run, ask, open, cancellationToken));

        private async Task CountedAsync(Func<Task> call)
        {
            Interlocked.Increment(ref calls);
            try
            {
                await call();
            }
            finally
            {
                Interlocked.Decrement(ref calls);
            }
        }
    }
}
