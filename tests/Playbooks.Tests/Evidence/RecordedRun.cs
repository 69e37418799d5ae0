using System.Security.Cryptography;
using System.Text;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Evidence.Signing;
using Playbooks.Core.Json;
using static Playbooks.Core.Decisions.RunEvent;

namespace Playbooks.Tests.Evidence;

/// <summary>A journal written by hand, as a shell would have left it: each event hashed with all before it.</summary>
internal sealed class RecordedRun
{
    public const string RunId = "model-corruption-20261124-031207-7f3a";
    public const string Owner = "host-1/4";
    public static readonly DateTimeOffset Midnight = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    private readonly List<StoredEvent> events = [];

    public DateTimeOffset Now { get; private set; } = Midnight;

    public IReadOnlyList<StoredEvent> Events => events;

    public RunReport Report => RunReport.Of(events);

    /// <summary>Lets time pass.</summary>
    public RecordedRun Wait(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        return this;
    }

    public RecordedRun Add(Func<DateTimeOffset, RunEvent> happened)
    {
        var stored = happened(Now);
        var json = EventJson.Write(stored);
        events.Add(new(RunId, events.Count + 1, stored, HashChain.Next(events.Count == 0 ? HashChain.Genesis(RunId) : events[^1].Hash, json), json));
        return this;
    }

    public RecordedRun Start(string playbook, RunMode mode = RunMode.Live, JsonData? alert = null, string startedBy = "monitor@university.example",
        DateTimeOffset? occurred = null, DateTimeOffset? detected = null) => Add(at => new RunStarted(RunId, mode, 1,
            Pinned("model-corruption", playbook), Pinned(mode == RunMode.Drill ? "local-drill" : "production", """{"environment":"production","signing":{"evidence":"env:EVIDENCE_KEY"}}"""),
            JsonData.Parse("""{"model":"grading"}"""), alert, startedBy, occurred, detected ?? (mode == RunMode.Live ? at : null), null, "grading", at));

    /// <summary>A <c>do</c> step from start to success.</summary>
    public RecordedRun Do(string path, double seconds, string inputs = """{"model":"grading"}""", string output = "{}", bool simulated = false)
    {
        Add(at => new StepStarted(path, at) { Inputs = JsonData.Parse(inputs), Simulated = simulated });
        Attempt(path, 1, inputs);
        Wait(seconds);
        Add(at => new ActionSucceeded(Id(path, 1), JsonData.Parse(output), at));
        return Add(at => new StepSucceeded(path, JsonData.Parse(output), at));
    }

    public RecordedRun Attempt(string path, int attempt, string inputs, Purpose purpose = Purpose.Do, int poll = 0) => Add(at =>
        new AttemptStarted(Id(path, attempt, purpose, poll), Owner, "key-" + path, JsonData.Parse(inputs), null, at.AddMinutes(2), at));

    public RecordedRun Anchor(string id) => Add(at => new HeadAnchored(id, events.Count, events[^1].Hash,
        $"https://anchors.university.example/anchor/runs/{RunId}/{events.Count}.json", at));

    public RecordedRun Approve(string person, double afterSeconds, bool self = false, bool scripted = false, string via = "terminal", bool approves = true)
    {
        var digest = Digest("what was shown");
        Add(at => new ApprovalOpened("go", 1, ["ml-approvers"], 1, "Restore version 41 of grading?",
            JsonData.Parse("""{"restore":{"do":"artifacts.restore","with":{"model":"grading","version":41}}}"""), digest, at.AddMinutes(30), "deny", at));
        Wait(afterSeconds);
        Add(at => new VoteCast("vote-1", "go", 1, digest, person, ["ml-approvers"], approves, "Golden answers are wrong since 02:40.", via, at));
        Add(at => new VoteCounted("vote-1", "go", 1, person, approves, self, scripted, at));
        Add(at => new ApprovalDecided("go", 1, approves ? "approved" : "denied", [person], at));
        return approves
            ? Add(at => new StepSucceeded("go", JsonData.Parse("""{"result":"approved","round":1}"""), at))
            : Add(at => new StepFailed("go", ErrorKind.Denied, $"{person} said no.", "stop", at));
    }

    public static CommandId Id(string path, int attempt, Purpose purpose = Purpose.Do, int poll = 0) => new(path, purpose, 0, attempt, poll);

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static PinnedText Pinned(string name, string text) => new(name, Digest(text), text);

    /// <summary>Made for tests only.</summary>
    public static EvidenceSigner Signer { get; } = SignerOf(1);
    public static EvidenceSigner OtherSigner { get; } = SignerOf(2);

    private static EvidenceSigner SignerOf(byte secret)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. new byte[31], secret] });
        return EvidenceSigner.FromPem(key.ExportECPrivateKeyPem())!;
    }
}
