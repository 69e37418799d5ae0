using System.Collections.Frozen;
using System.Collections.Immutable;
using static Playbooks.Core.Definitions.ValueType;

namespace Playbooks.Core.Definitions;

/// <summary>All actions that a playbook may use, as data. Connectors implement exactly these; a test compares the two lists.</summary>
public static class Catalogue
{
    /// <summary>Changes when a declaration changes its meaning; pinned by every run.</summary>
    public const string Version = "1";

    public static ImmutableArray<ActionDeclaration> Actions { get; } =
    [
        .. new[] { Models(), Artifacts(), DeadLettersAndErasures(), People(), Http(), Chaos() }.SelectMany(actions => actions)
            .Select(action => action with { Words = ActionWords.Of(action.Name) }),
    ];

    private static readonly FrozenDictionary<string, ActionDeclaration> ByName = Actions.ToFrozenDictionary(action => action.Name);

    public static ActionDeclaration? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What takes a <c>model.rejoin</c> back, without being written.</summary>
    public const string Isolate = "model.isolate";
    public const string Rejoin = "model.rejoin";
    public const string Restore = "artifacts.restore";
    public const string ReapplyErasures = "erasures.reapply";

    private static ImmutableArray<ActionDeclaration> Models() =>
    [
        new(Isolate, "Takes a model out of service at once; its fallback answers.", Effect.Mutating, Repeatability.Keyed,
            [Model(), new("reason", ValueType.String, false, "Shown in the gateway's change log.")],
            [new("generation", Integer, true, "The state's number after the change."),
             new("replicas", Integer, true, "Replicas that confirmed."),
             new("mode", ValueType.String, true, "The rung that serves now.")],
            "May write the gateway's state; the gateway knows the model.")
            { Protective = true },
        new(Rejoin, "Gives a share of the requests back to a model that this run has isolated.", Effect.Mutating, Repeatability.Checked,
            [Model(), new("percent", Integer, true, "Share of the requests, 1 to 100.") { Minimum = 1, Maximum = 100 }],
            [new("generation", Integer, true, "The state's number after the change."), new("percent", Integer, true, "The share now.")],
            "May write the gateway's state; the gateway knows the model."),
        new("model.reload", "Tells the service to load the current artifact.", Effect.Mutating, Repeatability.Keyed,
            [Model()], [new("digest", ValueType.String, true, "Manifest digest that the service reports.")],
            "The service's reload endpoint answers.")
            { Protective = true },
        new("model.verify", "Sends golden requests and compares the answers, for a time; fails unless the service reports the expected digest.",
            Effect.ReadOnly, Repeatability.Keyed,
            [Model(), new("suite", ValueType.String, false, "Golden requests; the environment's default suite if left out.", Refers.Suite),
             new("expect", ValueType.String, false, "Manifest digest that the service must report."),
             new("hold", Duration, false, "How long the answers must stay right."),
             new("through", ValueType.String, false, "Ask the service itself or through the gateway.") { Words = ["service", "gateway"] }],
            [new("digest", ValueType.String, true, "Manifest digest that the service reported."),
             new("passed", Integer, true, "Requests answered within tolerance."),
             new("heldSeconds", Number, true, "How long the answers stayed right."),
             new("requestedHoldSeconds", Number, true, "The hold as written, before the environment shortened it.")],
            "The service answers; the suite exists.")
            { Verifies = true, Simulatable = true },
    ];

    private static ImmutableArray<ActionDeclaration> Artifacts() =>
    [
        new("artifacts.preserve", "Copies the artifact as it is now into the evidence store, before anything changes it.",
            Effect.Mutating, Repeatability.Keyed,
            [Model()],
            [new("location", ValueType.String, true, "Where the copy lies."), new("digest", ValueType.String, true, "Digest over the copied files."),
             new("files", Integer, true, "Files copied."), new("bytes", Integer, true, "Bytes copied.")],
            "May read the artifact and create blobs in the evidence container.")
            { Protective = true },
        new("artifacts.lastKnownGood", "Finds the newest version that a validation has called good.", Effect.ReadOnly, Repeatability.Keyed,
            [Model(), new("before", Instant, false, "Only versions validated before this instant.")],
            [new("version", Integer, true, "Number of the version."), new("digest", ValueType.String, true, "Its manifest digest."),
             new("createdAt", Instant, true, "When it was made."), new("current", Integer, true, "Number of the version that is current now."),
             new("currentDigest", ValueType.String, true, "Manifest digest that is current now."),
             new("passedOver", ValueType.Array, true, "Newer or damaged validated versions that cannot be trusted, each with its version and why.")],
            "May read the artifact container.")
            { Simulatable = true },
        new(Restore, "Makes a recorded version current again, after checking every byte of it.", Effect.Mutating, Repeatability.Checked,
            [Model(), new("version", Integer, true, "Number of the version.")],
            [new("version", Integer, true, "The version that is current now."), new("digest", ValueType.String, true, "Its manifest digest."),
             new("previous", Integer, true, "The version that was current before."), new("previousDigest", ValueType.String, true, "Its manifest digest."),
             new("files", Integer, true, "Files checked."), new("bytes", Integer, true, "Bytes checked.")],
            "May write the artifact container; the version is not in an archive tier."),
        new("artifacts.promote", "Makes a version current.", Effect.Mutating, Repeatability.Checked,
            [Model(), new("version", Integer, true, "Number of the version.")],
            [new("version", Integer, true, "The version that is current now."), new("digest", ValueType.String, true, "Its manifest digest.")],
            "May write the artifact container."),
        new("artifacts.verify", "Checks signature, lengths and digests of a version.", Effect.ReadOnly, Repeatability.Keyed,
            [Model(), new("version", Integer, false, "Number of the version; the current one if left out.")],
            [new("version", Integer, true, "The version checked."), new("digest", ValueType.String, true, "Its manifest digest."),
             new("files", Integer, true, "Files checked."), new("bytes", Integer, true, "Bytes checked.")],
            "May read the artifact container.")
            { Simulatable = true },
    ];

    private static ImmutableArray<ActionDeclaration> DeadLettersAndErasures() =>
    [
        new("deadletters.reprocess", "Takes dead letters into the ledger and replays them in a ramp that stops at errors.",
            Effect.Irreversible, Repeatability.Keyed,
            [new("queue", ValueType.String, true, "Logical name of the queue.", Refers.Queue),
             new("filter", ValueType.String, false, "JMESPath over a letter (reason, key, body, enqueuedAt); true replays it.") { IsExpression = true },
             new("rampPercent", ValueType.Array, false, "Shares of the letters, rising, for example [1, 5, 25, 100]."),
             new("ratePerSecond", Integer, false, "Letters sent per second at most.") { Minimum = 1, Maximum = 10_000 },
             new("stopAtErrorPercent", Integer, false, "Stops when more than this share came back.") { Minimum = 0, Maximum = 100 },
             new("maxAttempts", Integer, false, "Replays of one letter before it is quarantined.") { Minimum = 1, Maximum = 10 }],
            [new("matched", Integer, true, "Letters that the filter took."), new("sent", Integer, true, "Letters sent to the work queue."),
             new("duplicates", Integer, true, "Letters dropped because their key was sent already."),
             new("erased", Integer, true, "Letters dropped because their subject was erased."),
             new("quarantined", Integer, true, "Letters set aside for a person."), new("held", Integer, true, "Letters kept back by the filter."),
             new("returned", Integer, true, "Letters that came back dead after replay."), new("ledger", ValueType.String, true, "Where the ledger lies.")],
            "May receive from the dead-letter queue, send to the work queue and write the ledger."),
        new(ReapplyErasures, "Removes from the restored data sets the subjects erased since the artifact was made.",
            Effect.Irreversible, Repeatability.Checked,
            [Model(), new("since", Instant, true, "When the restored artifact was made.")],
            [new("erasures", Integer, true, "Ledger entries since then."), new("removed", Integer, true, "Records removed."),
             new("remaining", Integer, true, "Records of erased subjects still found; must be 0."),
             new("digest", ValueType.String, true, "Manifest digest that is current now."), new("version", Integer, true, "Version that is current now.")],
            "May read the erasure ledger and write the artifact container."),
    ];

    private static ImmutableArray<ActionDeclaration> People() =>
    [
        new("notify", "Tells a channel.", Effect.Irreversible, Repeatability.Keyed,
            [new("channel", ValueType.String, true, "Logical name of the channel.", Refers.Channel), new("text", ValueType.String, true, "Plain text.")],
            [new("via", ValueType.String, true, "How it was delivered.")],
            "May post to the channel."),
        new("evidence.publish", "Writes the journal so far to the evidence store; the pack follows after the run's last event.",
            Effect.Irreversible, Repeatability.Keyed,
            [],
            [new("location", ValueType.String, true, "Where it lies."), new("events", Integer, true, "Events written.")],
            "May create blobs in the evidence container."),
    ];

    private static ImmutableArray<ActionDeclaration> Http() =>
    [
        new("http.request", "Sends a request to an allowed origin.", Effect.Irreversible, Repeatability.Once,
            [new("method", ValueType.String, true, "HTTP method.") { Words = ["POST", "PUT", "PATCH", "DELETE"] }, .. Request(),
             new("body", Any, false, "JSON body.")],
            Response(), "The origin is on the environment's list."),
        new("http.get", "Reads from an allowed origin.", Effect.ReadOnly, Repeatability.Keyed,
            Request(), Response(), "The origin is on the environment's list.")
            { Simulatable = true },
    ];

    private static ImmutableArray<ValueDeclaration> Request() =>
    [
        new("url", ValueType.String, true, "Absolute URL; its origin must be on the environment's list."),
        new("headers", ValueType.Object, false, "Header values by name; secrets by reference."),
        new("expectStatus", Integer, false, "Any 2xx if left out.") { Minimum = 200, Maximum = 599 },
    ];

    private static ImmutableArray<ValueDeclaration> Response() =>
    [
        new("status", Integer, true, "HTTP status."), new("body", Any, false, "Body, if it is JSON of at most 8 KiB."),
    ];

    private static ImmutableArray<ActionDeclaration> Chaos() =>
    [
        new("chaos.corruptArtifact", "Puts a corrupted version in a model's place; the store's readers drop it when its time is over.",
            Effect.Mutating, Repeatability.Keyed, [Model(), TimeToLive()],
            [new("version", Integer, true, "The corrupted version."), new("until", Instant, true, "When it ends by itself.")],
            "Drill environment.") { DrillOnly = true },
        new("chaos.deadLetter", "Puts letters into a dead-letter queue; the queue drops them when their time is over.",
            Effect.Mutating, Repeatability.Keyed,
            [new("queue", ValueType.String, true, "Logical name of the queue.", Refers.Queue),
             new("count", Integer, true, "Letters to add.") { Minimum = 1, Maximum = 1_000 }, TimeToLive()],
            [new("added", Integer, true, "Letters added."), new("until", Instant, true, "When they end by themselves.")],
            "Drill environment.") { DrillOnly = true },
        new("chaos.modelFault", "Makes a model's service answer wrongly, slowly or not at all; the service ends it by itself.",
            Effect.Mutating, Repeatability.Keyed,
            [Model(), new("fault", ValueType.String, true, "What goes wrong.") { Words = ["error", "slow", "down"] }, TimeToLive()],
            [new("until", Instant, true, "When it ends by itself.")],
            "Drill environment; the service takes faults.") { DrillOnly = true },
    ];

    private static ValueDeclaration Model() => new("model", ValueType.String, true, "Logical name of the model.", Refers.Model);

    private static ValueDeclaration TimeToLive() => new("ttl", Duration, true, "After this the target ends it by itself.");
}
