using System.Text.Json.Nodes;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Schema;

/// <summary>The form of the field that makes a step one of its kind.</summary>
internal static class KindSchema
{
    public static JsonObject Of(string kind) => kind switch
    {
        "do" => ActionSchema.Names(),
        "approve" => Approve(),
        "task" => Form.Object("A person does something by hand and confirms it with a note. Worst case: doneWithin.", ["role", "instructions", "doneWithin"],
            ("role", Form.Reference("id", "One of roles.")),
            ("instructions", Form.Reference("text")),
            ("doneWithin", Form.Reference("duration", "Then the step fails."))),
        "wait" => Form.OneOf("Waits.",
            Form.Object("For a time.", ["for"], ("for", Form.Reference("duration"))),
            Form.Object("Until an instant.", ["until", "atMost"],
                ("until", Form.Reference("text", "An instant, usually an expression.")),
                ("atMost", Form.Reference("duration", "Bound from the step's start, since the instant comes from data."))),
            Form.Object("For an event.", ["event", "within"],
                ("event", Form.Reference("id", "Its name.")), ("within", Form.Reference("duration", "Then the step fails.")))),
        "parallel" => Form.Object("Runs branches at once. Its output is an object by branch. Worst case: the longest branch.", ["branches"],
            ("branches", Form.Map(Form.Reference("steps"), "Name → steps.", LanguageNames.IdPattern)),
            ("join", Form.Words("all: every branch must succeed; any: the first that succeeds wins and the others are drained.", "all", "any"))),
        "forEach" => ForEach(),
        "repeat" => Form.Object("Runs its steps until a condition is true. Worst case: maxTimes × (steps + every).", ["steps", "until", "maxTimes"],
            ("steps", Form.Reference("steps")),
            ("until", Form.Reference("expression", "Read after each round; may read the steps of the round.")),
            ("maxTimes", Form.Whole(1, StepReader.RepeatMaxTimes, "When the condition is still false then, the step fails.")),
            ("every", Form.Reference("duration", "Pause between two rounds; none if left out."))),
        "switch" => Form.List(Form.Object("An arm.", ["when", "steps"], ("when", Form.Reference("expression")), ("steps", Form.Reference("steps"))),
            "The first arm whose when is true runs; else default. Worst case: the longest arm."),
        "try" => Form.Object("Runs its steps; when one fails, the first catch arm that takes the error. Worst case: steps + the longest catch.", ["steps", "catch"],
            ("steps", Form.Reference("steps")),
            ("catch", Form.List(Form.Object("An arm.", ["steps"],
                ("on", Form.List(Form.Reference("errorKind"), "Errors that it takes; all if left out.")),
                ("steps", Form.List(Form.Reference("step"), "May be empty: the error is passed over.", 0))), "The first arm that takes the error runs."))),
        "playbook" => Form.Object("Another playbook, put in place when read; its ids become outer/inner. At most 4 deep.", ["name", "version", "sha256"],
            ("name", Form.Reference("slug")),
            ("version", Form.Reference("version")),
            ("sha256", Form.Pattern(LanguageNames.DigestPattern, "Of its text: the SHA-256 in lower hex.")),
            ("with", new JsonObject { ["type"] = "object", ["description"] = "Its inputs." })),
        "fail" => Form.Reference("text", "Ends the run as failed, with this reason."),
        "end" => Form.Object("Ends the run.", ["as", "reason"],
            ("as", Form.Words("stoodDown: it was a false alarm, every model is at 100 again; completed: only where nothing is isolated and no RTO promised.", "stoodDown", "completed")),
            ("reason", Form.Reference("text"))),
        _ => throw new System.Diagnostics.UnreachableException(kind),
    };

    private static JsonObject Approve() => Form.Object("People decide. Worst case: decideWithin.", ["role", "message", "covers", "decideWithin"],
        ("role", Form.Reference("id", "One of roles; whoever started the run cannot vote.")),
        ("quorum", Form.Whole(1, StepReader.QuorumMax, "Votes needed; 1 if left out. One rejection ends it.")),
        ("message", Form.Reference("text", "What is asked.")),
        ("covers", Form.List(Form.Reference("id"), "Later steps that start only when it is approved. They use only what is known before.")),
        ("decideWithin", Form.Reference("duration")),
        ("escalate", Form.List(Form.Object("More people are asked.", ["after", "role"],
            ("after", Form.Reference("duration", "From the opening; less than decideWithin.")), ("role", Form.Reference("id"))), "Adds voters; votes are kept.")),
        ("onTimeout", Form.OneOf("What silence means; deny if left out.",
            Form.Words("proceed is refused where a covered step cannot be taken back.", "deny", "proceed"),
            Form.Object("Go on at a later step, past all that is covered.", ["goto"], ("goto", Form.Reference("id"))))),
        ("decideOn", Form.Words("page: only our own page takes the decision, after signing in there; for what must not rest on a chat's word of who somebody is. anywhere if left out.", "anywhere", "page")));

    private static JsonObject ForEach() => Form.Object("Runs its steps for each item; they read item and index. Its output is an array by index. Worst case: ⌈maxItems ÷ concurrency⌉ × steps.", ["items", "maxItems", "steps"],
        ("items", new JsonObject { ["description"] = "An array, or an expression that gives one.", ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "array" }, Form.Reference("expression")) }),
        ("maxItems", Form.Whole(1, Limits.ForEachItemsMax, "More items fail the step.")),
        ("concurrency", Form.Whole(1, StepReader.ConcurrencyMax, "Items at once; 1 if left out.")),
        ("stopAtErrorPercent", Form.Whole(0, 100, "Left out: the first failed item fails the step. Else it fails when more than this share has failed.")),
        ("steps", Form.Reference("steps")));
}
