using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors.Storage;
using Playbooks.Connectors.Teams;
using Playbooks.Connectors.Teams.Graph;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Disk.Tests.Kills;
using Playbooks.Sqlite;
using Playbooks.Tests.Teams;
using Playbooks.Core.Cards;
using Playbooks.Tests.Definitions;
using Playbooks.Tests.Web;
using Playbooks.Tests.Web.Teams;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;
using Playbooks.Web.Teams;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>
/// The host that is killed: real engine, real cards in Teams, real doors for alerts and for the bot, and in the same process the senders outside it, who do what
/// people and monitors do: send again what nobody answered, look at a card and press its button while it has one.
/// </summary>
internal static class CardChild
{
    public const string Folder = "PLAYBOOKS_CARD_KILL_FOLDER", CrashAt = "PLAYBOOKS_CARD_CRASH_AT", Teams = "PLAYBOOKS_CARD_TEAMS";
    public const int Ended = 0;
    /// <summary>Begins the line of a milestone, which ends with the number of crash points before it.</summary>
    public const string Mark = "mark ";

    public static readonly ImmutableArray<string> Approvers = ["c5e99701-2a32-49c1-a660-4629ceeb8c61", "d6fa0812-3b43-4ad2-b771-573adff9d072"];

    private const string Alert = """{ "type": "alert.fired", "timestamp": "2026-03-01T02:59:00Z", "data": { "id": "drift-42", "rule": "grading-drift", "severity": "Sev1" } }""";
    private const string Text = """
        { "playbook": "promotion", "version": "1.0.0", "title": "A model is to be promoted", "owner": "ml-oncall@university.example", "objectives": {},
          "roles": { "approver": "ml-approvers" }, "triggers": [ { "alert": { "rule": "grading-*" } } ],
          "steps": [ { "id": "go", "approve": { "role": "approver", "quorum": 2, "message": "Promote version 2?", "covers": ["promote"], "decideWithin": "PT4H" } },
                     { "id": "promote", "do": "artifacts.promote", "with": { "model": "grading", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 1 } } } ] }
        """;

    /// <summary>Changes in this time become one update of a root card.</summary>
    private static readonly TimeSpan RootFollows = TimeSpan.FromSeconds(3);
    /// <summary>For whoever was about to wait when the clock went on.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(100);
    private static readonly Lock Writing = new();
    /// <summary>Names of the crash points that it came past; what it says at its end.</summary>
    private static readonly List<string> Points = [];
    private static int hits;

    public static bool IsAskedFor => Environment.GetEnvironmentVariable(Folder) is not null;

    public static string JournalIn(string folder) => Path.Combine(folder, "journal.db");

    /// <summary>What somebody outside was answered, and the milestones between which it is killed.</summary>
    public static string SaidIn(string folder) => Path.Combine(folder, "said");

    public static async Task<int> RunAsync()
    {
        using (var self = Process.GetCurrentProcess())
            self.PriorityClass = ProcessPriorityClass.BelowNormal;
        var folder = Environment.GetEnvironmentVariable(Folder)!;
        var crashAt = int.TryParse(Environment.GetEnvironmentVariable(CrashAt), CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
        CrashPoint.OnHit = name => Hit(name, crashAt);
        // Each life begins a moment after the last one's end, and nothing here waits for a clock or is late by one.
        var time = new FakeTimeProvider(Child.Now(folder));
        var chat = new ChatFile(folder);
        var (environment, target) = (AsLive(), new KeyedTarget(folder));
        var teams = new Uri(Environment.GetEnvironmentVariable(Teams)!);
        using var network = new CrashingNetwork();
        using var bot = new BotConnector($"{BotTraffic.Tenant}", new Uri(teams, "bot/amer/"), new FakeTokens(), time, url => url.IsLoopback, network);
        using var graph = new GraphClients(new FakeTokens(), time, new Uri(teams, "v1.0"));
        var opened = new TaskCompletionSource<IRuns>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cards = new TeamsPeople(environment, bot, graph, new Secrets(), () => opened.Task.GetAwaiter().GetResult(), time);
        await using var engine = await Engine.OpenAsync(JournalIn(folder), new EngineOptions
        {
            Actions = target, People = cards, Anchors = target, RaiseAlert = (_, _) => Task.CompletedTask, Committed = cards.Committed, Time = time, PatrolAfter = TimeSpan.Zero,
        });
        opened.SetResult(engine);

        using var mint = new TokenMint();
        var gate = new Gate(new Voters(), time);
        var door = new RunDoor(engine, gate, environment, (_, _, _) => throw new NotSupportedException(), _ => { });
        var refreshing = new List<Task>();
        var desk = new CardDesk(engine, door, new CardViews(gate, null, time), (id, notice) => refreshing.Add(cards.RefreshAsync(id, notice, CancellationToken.None)), time, line => Said(folder, "trouble " + line));
        await using var doorway = new Doorway(new Bot
        {
            Identity = BotTraffic.Identity, Tokens = new BotTokens(BotTraffic.AppId, mint.Keys, time), Cards = desk, Places = BotPlaces.Open(Path.Combine(folder, "places.json")), Say = (_, _, _) => Task.CompletedTask, Time = time,
        }, time);
        var people = new CardPeople(chat, doorway, () => mint.Sign(BotTraffic.Claims(time.GetUtcNow())), line => Said(folder, line), folder);

        await DeliverAsync(engine, time, environment, folder);
        var run = (await engine.ListAsync(CancellationToken.None)).Single().RunId;
        Said(folder, "mark run started");
        await cards.SweepAsync(CancellationToken.None);
        await foreach (var stored in engine.SubscribeAsync(run))
        {
            if (stored.Event is not RunEvent.NoticeDelivered { Card: not null } delivered || delivered.Notice == Notices.Run)
                continue;
            Said(folder, "mark card posted");
            foreach (var person in Approvers)
                await people.VoteAsync(person);
        }
        await Task.WhenAll(refreshing);
        Said(folder, "mark card updated");
        await people.LookAroundAsync();
        // Cards that only show how the run stands follow it within seconds; what else lies there is from a life that was killed before it could remember it.
        while (!chat.Roots.Any(root => chat.Says(root, CardPeople.Ended)))
        {
            var answered = network.Answered;
            time.Advance(RootFollows);
            await Task.WhenAny(answered, Task.Delay(Glance));
        }
        await people.LookAtRootsAsync();
        await engine.DisposeAsync();
        Console.WriteLine(string.Join('\n', Points));
        return Ended;
    }

    /// <summary>A monitor sends until it is answered; what is answered is settled in whatever life.</summary>
    private static async Task DeliverAsync(Engine engine, FakeTimeProvider time, DeploymentEnvironment environment, string folder)
    {
        if (!Heard(folder, "answered alert"))
        {
            var alert = ((AlertReading.Accepted)AlertReader.Read(Alert)).Alert;
            await engine.Alerts.KeepAsync(new ReceivedAlert(alert.Delivery, alert.Id, Alert, time.GetUtcNow(), "test"), CancellationToken.None);
            Said(folder, "answered alert");
        }
        Said(folder, "mark delivery stored");
        var playbook = ((ReadResult<Playbook>.Valid)PlaybookReader.Read(Text, "playbook.json")).Value;
        using var dispatcher = new AlertDispatcher(engine.Alerts, engine, new AlertPolicy([playbook], environment, engine.StartAsync, engine.ResolveHeldBackAsync, line => Said(folder, "trouble " + line), _ => { }));
        await dispatcher.SettleAsync(CancellationToken.None);
    }

    private static bool Heard(string folder, string line) => File.Exists(SaidIn(folder)) && File.ReadAllLines(SaidIn(folder)).Any(said => said.StartsWith(line, StringComparison.Ordinal));

    private static void Said(string folder, string line)
    {
        var isMark = line.StartsWith(Mark, StringComparison.Ordinal);
        lock (Writing)
            File.AppendAllText(SaidIn(folder), isMark ? $"{line} at {hits}\n" : line + "\n");
        if (isMark)
            CrashPoint.Hit(line);
    }

    private static void Hit(string name, int crashAt)
    {
        lock (Points)
            Points.Add(name);
        if (Interlocked.Increment(ref hits) < crashAt)
            return;
        using var me = Process.GetCurrentProcess();
        me.Kill();
        // The signal comes a moment later, and nothing may happen here until it does.
        Thread.Sleep(Timeout.Infinite);
    }

    private static DeploymentEnvironment AsLive()
    {
        var environment = JsonNode.Parse(EnvironmentText.Drill)!;
        (environment["name"], environment["kind"]) = ("live", "live");
        environment.AsObject().Remove("drill");
        environment["models"]!["grading"]!.AsObject().Remove("faults");
        environment["access"] = JsonNode.Parse("""{ "approver": ["ml-approvers"] }""");
        environment["roles"]!["ml-approvers"] = new JsonArray([.. Approvers.Select(person => JsonValue.Create("entra:" + person))]);
        environment["channels"]!["incidents"] = JsonNode.Parse($$"""{ "kind": "teams", "channel": "{{TeamsStandIn.Channel}}" }""");
        environment["teams"] = JsonNode.Parse($$"""{ "tenant": "{{BotTraffic.Tenant}}", "app": "{{BotTraffic.AppId}}", "channel": "incidents", "pages": "https://recovery.university.example/" }""");
        return EnvironmentText.Valid(environment.ToJsonString());
    }

    private sealed class Voters : IDirectory
    {
        public Task<PersonLookup> LookUpAsync(DeploymentEnvironment environment, string person, CancellationToken cancellationToken) =>
            Task.FromResult<PersonLookup>(Approvers.Contains(person["entra:".Length..]) ? new PersonLookup.Known("an approver", ["ml-approvers"], IsGuest: false, IsEnabled: true) : new PersonLookup.Unknown());
    }
}
