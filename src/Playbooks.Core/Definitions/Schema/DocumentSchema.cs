using System.Text.Json.Nodes;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Schema;

/// <summary>The form of everything around the steps.</summary>
internal static class DocumentSchema
{
    public static JsonObject Playbook() => Form.Object(
        "A recovery playbook: structured steps with a bound on everything, so that its worst case is known before it runs.",
        ["playbook", "version", "title", "steps"],
        ("$schema", Form.Text("Where this schema lies.")),
        ("playbook", Form.Reference("slug", "The playbook's name, as its folder is called.")),
        ("version", Form.Reference("version", "Raise it with every change: the same version with another text is refused.")),
        ("title", Form.Text("What has happened, in the words of the person who is woken by it.")),
        ("owner", Form.Text("Who answers for this playbook; told when an alert cannot start it.")),
        ("editors", Form.List(Form.Text("A person's id, as environments name it."), "Who made this version; they do not vote on its runs. Let the pipeline that merges it write them.")),
        ("objectives", Form.Object("What is promised; prove computes whether it can be kept.", [],
            ("rto", Form.Reference("duration", "From detection until the step that recovers has succeeded.")),
            ("degradedWithin", Form.Reference("duration", "From detection until the first isolation is confirmed.")))),
        ("classification", new JsonObject { ["type"] = "object", ["description"] = "Your own words on the AI Act and the like; evidence carries them on." }),
        ("triggers", Form.List(Trigger(), "What starts a run.", 0)),
        ("concurrency", Form.Object("One run per key at a time, in an environment, across playbooks.", ["key"],
            ("key", Form.Reference("text", "Usually the model: ${ inputs.model }.")),
            ("onConflict", Form.Words("attach: the alert joins the running run and moves its clock to the earliest detection; queue: at most 10 wait; reject: it is recorded.", "attach", "queue", "reject")),
            ("cooldown", Form.Reference("duration", "How long after a run's end an alert for its key is held back.")))),
        ("inputs", Form.Map(Input(), "What a run must be given; expressions read it as inputs.name.", LanguageNames.IdPattern)),
        ("roles", Form.Map(Form.Text("Group of people, as the environment names it."), "Who approves and who does things by hand: name in this playbook → group of the environment.", LanguageNames.IdPattern)),
        ("defaults", Form.Object("What applies where a step says nothing.", [],
            ("timeout", Form.Reference("duration", "Of one attempt; PT2M if left out.")),
            ("retry", Form.Reference("retry", "Nothing is tried again if left out.")))),
        ("steps", Form.Reference("steps", "What is done, one step after the other.")),
        ("finally", Form.List(Form.Reference("actionStep"), "Done at the end of every run, whatever happened. Only actions; nothing asks, nothing is undone.", 0)),
        ("finallyWithin", Form.Reference("duration", "Bound of finally as a whole; PT5M if left out.")),
        ("drill", Form.Object("How the incident is made in a drill environment.", ["detectWithin", "inject"],
            ("detectWithin", Form.Reference("duration", "From the last injection until an alert must have arrived, else the drill fails as not detected.")),
            ("inject", Form.List(Form.Reference("actionStep"), "Breaks something on purpose; here only may chaos.* stand.")))));

    public static JsonObject Retry() => Form.Object("When a failed attempt is tried again. What is left out comes from defaults, else from the values named here.", [],
        ("attempts", Form.Whole(1, RetryReader.AttemptsMax, "Tries in all, the first counted; 3.")),
        ("interval", Form.Reference("duration", "Back-off after the first failure, with full jitter; PT5S.")),
        ("backoff", new JsonObject { ["type"] = "number", ["minimum"] = 1, ["maximum"] = RetryReader.BackoffMax, ["description"] = "Factor from one back-off to the next; 2." }),
        ("maxInterval", Form.Reference("duration", "No back-off is longer, whatever the target asks for; PT30S.")),
        ("on", Form.List(Form.Reference("errorKind"), "Errors that are tried again; all others fail at once. transient, timeout, throttled if left out.")));

    private static JsonObject Trigger()
    {
        var inputs = new JsonObject { ["type"] = "object", ["description"] = "Inputs of the run; for an alert and for dead letters ${ alert.… } may be read." };
        var pattern = Form.Text("Matches the whole text; * stands for anything.");
        return Form.OneOf("An alert, dead letters or a schedule.",
            Form.Object("An alert that matches.", ["alert"],
                ("alert", Form.Object("All that is given must match.", [],
                    ("rule", Form.Text("The alert rule's name; * stands for anything.")),
                    ("severity", new JsonObject
                    {
                        ["description"] = "For example Sev0.",
                        ["oneOf"] = new JsonArray(new JsonObject { ["type"] = "string" }, new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" }, ["minItems"] = 1 }),
                    }),
                    ("service", Form.Text("What monitors; * stands for anything.")),
                    ("target", Form.Text("What is monitored; * stands for anything.")),
                    ("customProperties", Form.Map(pattern, "Properties that the rule adds.")))),
                ("inputs", inputs)),
            Form.Object("A dead-letter queue that has come to hold so many letters.", ["deadLetters"],
                ("deadLetters", Form.Object("Looked at every minute. Starts again only after the count has been below.", ["queue", "atLeast"],
                    ("queue", Form.Reference("slug", "A queue of the environment; its dead letters are counted.")),
                    ("atLeast", Form.Whole(1, Limits.DeadLettersAtLeastMax, "So many letters, or more, are trouble.")))),
                ("inputs", inputs.DeepClone().AsObject())),
            Form.Object("A time, in UTC.", ["schedule"],
                ("schedule", Form.Text("Cron: minute, hour, day of month, month, day of week.")),
                ("drill", Form.Flag("True starts a drill.")),
                ("inputs", inputs.DeepClone().AsObject())));
    }

    private static JsonObject Input() => Form.Object("An input.", ["type"],
        ("type", Form.Words("JSON type.", InputReader.Types)),
        ("pattern", Form.Text("Regular expression that the whole string must match; no look-around, no back references.")),
        ("enum", Form.List([], "Allowed values.")),
        ("default", new JsonObject { ["description"] = "Taken when none is given; without it the input is required." }),
        ("description", Form.Text("For whoever starts a run by hand.")));
}
