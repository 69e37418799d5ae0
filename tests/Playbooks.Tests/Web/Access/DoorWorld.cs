using Microsoft.Extensions.Time.Testing;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Access;

/// <summary>A door with a directory, an environment with a group for each access role, and runs that ask for everything that people can say to one.</summary>
internal sealed class DoorWorld
{
    public const string Starter = "entra:00000000-0000-0000-0000-0000000000aa";
    public const string Editor = "entra:00000000-0000-0000-0000-0000000000ee";
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    /// <summary>In the order of the roles.</summary>
    private static readonly string[] Groups = ["authors", "operators", "approvers", "commanders", "auditors"];

    public DoorWorld(EnvironmentKind kind = EnvironmentKind.Live)
    {
        Environment = EnvironmentOf(kind, "campus");
        Runs = new MemoryRuns(Time);
        Gate = new Gate(People, Time);
        foreach (var role in Enum.GetValues<AccessRole>())
            People.Are(IdOf(role), Groups[(int)role]);
        Door = new RunDoor(Runs, Gate, Environment, StartAsync, Said.Add);
    }

    public FakeTimeProvider Time { get; } = new(Now);
    public People People { get; } = new();
    public DeploymentEnvironment Environment { get; }
    public MemoryRuns Runs { get; }
    public Gate Gate { get; }
    public RunDoor Door { get; }
    public List<string> Said { get; } = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The one person of a role, as the tenant names them.</summary>
    public static string IdOf(AccessRole role) => $"entra:00000000-0000-0000-0000-00000000000{(int)role + 1}";

    public static Caller Of(AccessRole role, string via = "api") => new(IdOf(role), $"{role}", via);

    /// <summary>Asks for one vote and then for what is done by hand.</summary>
    public static string Playbook(string more = "") => $$"""
        { "playbook": "ask", "version": "1.0.0", "title": "It asks", "roles": { "approver": "approvers", "commander": "commanders", "hands": "operators" }, "editors": ["{{Editor}}"],
          "inputs": { "model": { "type": "string", "default": "grading" } },
          "steps": [
            { "id": "go", "approve": { "role": "approver", "message": "Go on?", "covers": ["call"], "decideWithin": "PT30M"{{more}} } },
            { "id": "call", "task": { "instructions": "Call them.", "role": "hands", "doneWithin": "PT30M" } } ] }
        """;

    public static DeploymentEnvironment EnvironmentOf(EnvironmentKind kind, string name) => Read(EnvironmentReader.Read($$"""
        { "name": "{{name}}", "kind": "{{WireName.Of(kind)}}",
          "storage": { "main": { "connectionString": "env:{{name}}_STORAGE" }, "vault": { "connectionString": "env:{{name}}_VAULT" } },
          "roles": { "authors": [], "operators": [], "approvers": [], "commanders": [], "auditors": [], "second-approvers": [] },
          "access": { "author": ["authors"], "operator": ["operators"], "approver": ["approvers", "second-approvers"], "commander": ["commanders"], "auditor": ["auditors"] },
          "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
          "signing": { "artifactsPublic": "file:artifacts.pub.pem", "evidence": "file:evidence.pem" } }
        """, "environment.json"));

    public static Playbook PlaybookOf(string text) => Read(PlaybookReader.Read(text, "playbook.json", _ => null));

    /// <summary>A run that waits for the vote.</summary>
    public string Start(string? playbook = null, RunMode mode = RunMode.Live, string startedBy = Starter)
    {
        var request = new StartRequest($"start-{Guid.NewGuid():N}", PlaybookOf(playbook ?? Playbook()), Environment, mode, JsonData.Object(("model", JsonData.Of("grading"))), null, startedBy, null, null, null);
        var started = Runs.StartAsync(request, Cancelled).Result;
        return ((StartResult.Started)started).RunId;
    }

    /// <summary>A run that waits for what is done by hand.</summary>
    public string StartTask()
    {
        var run = Start();
        var open = Open(run);
        Runs.Hears(run, new RunEvent.VoteCast("earlier", open.Path, open.Round, open.Digest, "earlier", ["approvers"], true, null, "api", default));
        return run;
    }

    public OpenApproval Open(string run) => ((StepState.Voting)Runs.Of(run).StateOf("go")!).Approval;

    public VoteBody Vote(string run, string id = "vote-1", bool approves = true) => new(id, "go", Open(run).Round, Open(run).Digest, approves, null);

    public IReadOnlyList<RunEvent.RequestRefused> Refusals(string run) => [.. Runs.EventsOf(run).OfType<RunEvent.RequestRefused>()];

    private async Task<StartAnswer> StartAsync(StartBody body, Caller caller, CancellationToken cancellationToken)
    {
        var request = new StartRequest(body.RequestId, PlaybookOf(Playbook()), Environment, body.Mode, body.Inputs ?? JsonData.Object(("model", JsonData.Of("grading"))), null, caller.Person, null, null, null);
        var result = await Runs.StartAsync(request, cancellationToken);
        return StartAnswer.Of(result, request, Runs.Of(((StartResult.Started)result).RunId).Started);
    }

    private static T Read<T>(ReadResult<T> read) => read is ReadResult<T>.Valid valid ? valid.Value
        : throw new InvalidOperationException(string.Join('\n', ((ReadResult<T>.Invalid)read).Errors));
}
