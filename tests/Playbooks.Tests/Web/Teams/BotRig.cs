using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Definitions;
using Playbooks.Tests.Sqlite;
using Playbooks.Web.Access;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

/// <summary>The bot's door as a host maps it, without the network in front of it: its requests are made by hand, its runs by the real decider.</summary>
internal sealed class BotRig : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);
    public static readonly ImmutableArray<string> Approvers = [.. Enumerable.Range(1, 6).Select(number => Id(number))];
    public static readonly string Starter = Id(11), Editor = Id(12), Guest = Id(13), SwitchedOff = Id(14), Unknown = Id(15), Commander = Id(16), Operator = Id(17), Reader = Id(18), Unreachable = Id(19), Author = Id(20);
    public const string Nonce = "nonce-of-the-card-of-go";

    private readonly TempFolder folder = new();
    private readonly Doorway door;

    public BotRig(IRuns? runs = null, BaseConfigurationManager? keys = null)
    {
        Runs = new BotRuns(Time);
        Directory = new RigDirectory();
        var gate = new Gate(Directory, Time);
        var runDoor = new RunDoor(runs ?? Runs, gate, Live, (_, _, _) => throw new NotSupportedException(), Logged.Enqueue);
        Desk = new CardDesk(runs ?? Runs, runDoor, new CardViews(gate, Pages, Time), (run, notice) => Changed.Enqueue($"{run}: {notice}"), Time, Logged.Enqueue);
        Places = BotPlaces.Open(folder.File("places.json"));
        var bot = new Bot
        {
            Identity = BotTraffic.Identity, Tokens = new BotTokens(BotTraffic.AppId, keys ?? Mint.Keys, Time), Cards = Desk, Places = Places, Pages = Pages, Log = Logged.Enqueue, Time = Time,
            Learn = Learned.Enqueue,
            Say = (place, text, _) =>
            {
                Said.Enqueue((place.Conversation, text));
                SomethingSaid.Release();
                return Task.CompletedTask;
            },
        };
        door = new Doorway(bot, Time);
    }

    public static Uri Pages { get; } = new("https://playbooks.university.example/");
    public static DeploymentEnvironment Live { get; } = Environment("live");
    public static DeploymentEnvironment Drill { get; } = Environment("drill");

    public FakeTimeProvider Time { get; } = new(Now);
    public TokenMint Mint { get; } = new();
    public BotRuns Runs { get; }
    public RigDirectory Directory { get; }
    public CardDesk Desk { get; }
    public BotPlaces Places { get; }
    public ConcurrentQueue<(string Conversation, string Text)> Said { get; } = new();
    public SemaphoreSlim SomethingSaid { get; } = new(0);
    public ConcurrentQueue<string> Logged { get; } = new();
    public ConcurrentQueue<string> Changed { get; } = new();
    public ConcurrentQueue<Uri> Learned { get; } = new();
    public string Token => Mint.Sign(BotTraffic.Claims(Time.GetUtcNow()));

    /// <summary>A run that waits for a decision, with its card in the thread.</summary>
    public Run Ask(string id = "run-1", string nonce = Nonce, string thread = BotTraffic.Thread, string message = BotTraffic.Message, int quorum = 1, string more = "", DeploymentEnvironment? environment = null, string startedBy = "")
    {
        Runs.Start(id, Playbook($$"""
            { "id": "go", "approve": { "role": "approver", "quorum": {{quorum}}, "message": "Promote version 2?", "covers": ["promote"], "decideWithin": "PT30M"{{more}} } },
            { "id": "promote", "do": "artifacts.promote", "with": { "model": "grading", "version": 2 }, "onFailure": "ask", "retry": { "attempts": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 1 } } }
            """), environment ?? Live, startedBy.Length > 0 ? startedBy : "entra:" + Starter);
        Runs.Posted(id, "approval/go/1", thread, message, nonce);
        return Runs[id];
    }

    /// <summary>A run that waits for somebody to do something by hand.</summary>
    public void AskByHand(string id = "run-1", string thread = BotTraffic.Thread, string message = BotTraffic.Message)
    {
        Runs.Start(id, Playbook("""{ "id": "call", "task": { "role": "operator", "instructions": "Call the registrar.", "doneWithin": "PT30M" } }"""), Live, "entra:" + Starter);
        Runs.Posted(id, "ask/call/confirmation", thread, message, Nonce);
    }

    /// <summary>A run whose step failed, and that waits for an order.</summary>
    public void AskForOrder(string id = "run-1", string thread = BotTraffic.Thread, string message = BotTraffic.Message)
    {
        Runs.Start(id, Playbook("""{ "id": "promote", "do": "artifacts.promote", "with": { "model": "grading", "version": 2 }, "onFailure": "ask", "retry": { "attempts": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 1 } } }"""), Live, "entra:" + Starter);
        Runs.Fails(id, "promote");
        Runs.Posted(id, "ask/promote/order", thread, message, Nonce);
    }

    public static JsonObject Press(string id, string verb = CardVerbs.Approve, string? person = null, string about = "run-1/go/1", string nonce = Nonce, string kind = "approval", (string Name, string Text)? wrote = null)
    {
        var data = new JsonObject { [kind] = about, ["nonce"] = nonce };
        if (wrote is { } input)
            data[input.Name] = input.Text;
        return BotTraffic.Invoke(id, verb, data, person ?? Approvers[0]);
    }

    public Task<BotAnswer> SendAsync(JsonObject activity) => SendAsync(activity.ToJsonString(), Token);

    public Task<BotAnswer> SendAsync(string body, string? token, string? contentType = "application/json") => door.SendAsync(body, token, contentType);

    public async ValueTask DisposeAsync()
    {
        await door.DisposeAsync();
        Mint.Dispose();
        folder.Dispose();
    }

    public static string Id(int number) => $"00000000-0000-0000-0000-{number:x12}";

    private static Playbook Playbook(string steps) => AlertHarness.Playbook($$"""
        { "playbook": "promotion", "version": "1.0.0", "title": "A model is to be promoted", "owner": "ml-oncall@university.example", "objectives": {},
          "editors": ["entra:{{Editor}}"], "roles": { "approver": "ml-approvers", "commander": "incident-commanders", "operator": "ml-operators" }, "steps": [ {{steps}} ] }
        """);

    private static DeploymentEnvironment Environment(string name)
    {
        var environment = JsonNode.Parse(name == "live" ? AlertHarness.Live.Text : EnvironmentText.Drill)!;
        environment["roles"] = JsonNode.Parse("""{ "ml-approvers": ["group:approvers", "drill-script"], "incident-commanders": ["group:commanders"], "ml-operators": ["group:operators"], "readers": ["group:readers"], "authors": ["group:authors"] }""");
        environment["access"] = JsonNode.Parse("""{ "approver": ["ml-approvers"], "commander": ["incident-commanders"], "operator": ["ml-operators"], "auditor": ["readers"], "author": ["authors"] }""");
        return EnvironmentText.Valid(environment.ToJsonString());
    }

    /// <summary>Who is in which group. The starter and the editor are approvers, too: what they may not do does not come from a missing right.</summary>
    internal sealed class RigDirectory : IDirectory
    {
        /// <summary>Comes before each answer.</summary>
        public Func<Task> Slow { get; set; } = () => Task.CompletedTask;

        public async Task<PersonLookup> LookUpAsync(DeploymentEnvironment environment, string person, CancellationToken cancellationToken)
        {
            await Slow();
            var id = person.Replace("entra:", "", StringComparison.Ordinal);
            if (id == Unreachable)
                return new PersonLookup.Unavailable("The directory does not answer.");
            ImmutableArray<string> groups = Approvers.Contains(id) || id == Starter || id == Editor || id == Guest || id == SwitchedOff ? ["ml-approvers"]
                : id == Commander ? ["incident-commanders"] : id == Operator ? ["ml-operators"] : id == Reader ? ["readers"] : id == Author ? ["authors"] : [];
            return groups.IsEmpty ? new PersonLookup.Unknown() : new PersonLookup.Known("somebody", groups, id == Guest, id != SwitchedOff);
        }
    }
}
