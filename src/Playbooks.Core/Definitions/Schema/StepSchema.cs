using System.Text.Json.Nodes;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Schema;

/// <summary>The form of a step: shared fields, exactly one kind, and what may stand beside it.</summary>
internal static class StepSchema
{
    public static JsonObject Step() => new()
    {
        ["description"] = "A step: an id and exactly one kind.",
        ["oneOf"] = new JsonArray([.. StepKind.All.Select(OfKind)]),
    };

    /// <summary>In finally and inject only actions stand.</summary>
    public static JsonObject ActionStep() => OfKind(StepKind.All[0]);

    public static JsonObject OnFailure() => Form.OneOf(
        "What follows when the step has failed for good. ask is the default of steps that change something, in live runs; else stop.",
        Form.Words("stop: the run fails and what it changed is undone; continue: go on; ask: wait for a person's retry, skip or cancel, then stop.", "stop", "continue", "ask"),
        Form.Object("Go on at a later step of the same list.", ["goto"], ("goto", Form.Reference("id"))));

    private static JsonObject OfKind(StepKind kind)
    {
        var step = Form.Object(kind.Description, ["id", kind.Name],
            kind.Beside.Select(field => (field, Beside(field))).Prepend((kind.Name, KindSchema.Of(kind.Name))).OrderBy(property => property.Item1 == "id" ? 0 : 1));
        if (kind.Name == "do")
            step["allOf"] = ActionSchema.Choices();
        return step;
    }

    public static JsonObject Beside(string field) => field switch
    {
        "id" => Form.Reference("id", "Unique in the playbook; expressions read steps.<id>."),
        "title" => Form.Text("For people."),
        "when" => Form.Reference("expression", "False means that the step is skipped."),
        "budget" => Form.Reference("duration", "The step's share of the RTO. Passing it tells the commander; it stops nothing."),
        "drill" => Form.Words("What the step does in a drill. Simulated and skipped steps prove nothing.", Enum.GetValues<InDrill>().Select(WireName.Of)),
        "onFailure" => Form.Reference("onFailure"),
        "askWithin" => Form.Reference("duration", "How long ask waits for a person, once; PT15M if left out."),
        "timeout" => Form.Reference("duration", "Of an action: for each attempt. Of a block: when it is over the block is drained and fails."),
        "with" => new JsonObject { ["type"] = "object", ["description"] = "The action's inputs." },
        "retry" => Form.Reference("retry"),
        "undo" => Form.Object("Takes the step back when the run fails. Reads only what is known before the step.", ["do"],
            ("do", new JsonObject { ["type"] = "string", ["description"] = "An action that is keyed or checked." }),
            ("with", new JsonObject { ["type"] = "object", ["description"] = "The action's inputs." }),
            ("timeout", Form.Reference("duration", "For each attempt.")),
            ("retry", Form.Reference("retry"))),
        "recovers" => Form.Flag("True on the one verification that stops the RTO clock."),
        "default" => Form.List(Form.Reference("step"), "Runs when no arm is true.", 0),
        _ => throw new System.Diagnostics.UnreachableException(field),
    };
}
