using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Decisions;

namespace Playbooks.Tests.Cards;

/// <summary>Runs in every state that a card shows, with the same words from outside wherever words from outside can come.</summary>
internal static class CardCase
{
    public static readonly Uri Pages = new("https://recovery.university.example/");
    public const string Nonce = "nonce-of-the-test";
    private const string Gate = """{ "id": "go", "approve": { "role": "approver", "quorum": 2, "message": "Restore ${ inputs.model }?", "covers": ["restore"], "decideWithin": "PT30M", "onTimeout": ON_TIMEOUT, "decideOn": "PLACE" } }""";
    private const string Steps = """
        [ { "id": "isolate", "do": "model.isolate", "with": { "model": "grading" } }, GATE,
          { "id": "restore", "do": "artifacts.restore", "with": { "model": "${ inputs.model }", "version": 41 }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 42 } } },
          { "id": "reErase", "do": "erasures.reapply", "with": { "model": "${ inputs.model }", "since": "2026-01-01T00:00:00Z" } },
          { "id": "back", "do": "model.rejoin", "with": { "model": "grading", "percent": 100 } },
          { "id": "recovered", "do": "model.verify", "with": { "model": "grading" }, "recovers": true } ]
        """;
    private const string ByHand = """[ { "id": "call", "task": { "role": "approver", "instructions": "Call ${ inputs.model }", "doneWithin": "PT20M" } } ]""";

    public static CardContext Context { get; } = new(Pages, Nonce);

    /// <param name="words">From outside: an input, as alerts give them.</param>
    public static Story Asked(string words = "grading", RunMode mode = RunMode.Live, string onTimeout = "\"deny\"", string place = "anywhere", string startedBy = "operator") =>
        Story.Of(Steps.Replace("GATE", Gate.Replace("ON_TIMEOUT", onTimeout, StringComparison.Ordinal).Replace("PLACE", place, StringComparison.Ordinal), StringComparison.Ordinal), mode,
            startedBy: startedBy, inputs: JsonData.Object(("model", JsonData.Of(words)))).Succeeds("isolate", JsonData.Parse("""{"confirmed":true,"etag":"1"}"""));

    public static Story Task(string words = "grading", RunMode mode = RunMode.Live) => Story.Of(ByHand, mode, rto: "", inputs: JsonData.Object(("model", JsonData.Of(words))));

    public static Story Failed(string message = "it says so")
    {
        var story = Asked().Votes("one").Votes("two");
        return story.When(new RunEvent.ActionFailed(story.Action("restore").Id, ErrorKind.Integrity, message, null, story.Now));
    }

    public static JsonData Approval(Story story, int round = 1, CardContext? context = null) => ApprovalCard.Of(story.Run, "go", round, context ?? Context);

    /// <summary>Every kind of card in every state, by name.</summary>
    public static IEnumerable<(string Name, JsonData Card)> All(string words = "grading")
    {
        yield return ("run", RunCard.Of(Asked(words, startedBy: words).Run, Context));
        yield return ("run, drill", RunCard.Of(Asked(words, RunMode.Drill).Run, Context));
        yield return ("run, failed", RunCard.Of(Asked(words).Votes(words, approves: false).Run, Context));
        yield return ("run, failed step", RunCard.Of(Failed(words).Run, Context));
        yield return ("run, not read", RunCard.Of(Decider.Fold([new RunEvent.RunParked(words, Story.Start)]), Context));
        yield return ("approval", Approval(Asked(words)));
        yield return ("approval, drill", Approval(Asked(words, RunMode.Drill)));
        yield return ("approval, page only", Approval(Asked(words, place: "page")));
        yield return ("approval, no pages", Approval(Asked(words), context: new CardContext(null, Nonce)));
        yield return ("approval, one vote", Approval(Asked(words).Votes(words)));
        yield return ("approval, for one who may not", Approval(Asked(words), context: Context with { Viewer = new CardViewer(words, false) }));
        yield return ("approval, refreshed", Approval(Asked(words), context: Context with { RefreshFor = [.. Enumerable.Range(0, 100).Select(n => $"29:1{new string('x', 90)}{n}")] }));
        yield return ("approval, decided", Approval(Asked(words).Votes("one").Votes(words)));
        yield return ("approval, rejected", Approval(Asked(words).Votes(words, approves: false)));
        yield return ("approval, expired", Approval(Asked(words).After("PT31M")));
        yield return ("approval, proceeded elsewhere", Approval(Asked(words, onTimeout: """{ "goto": "reErase" }""").After("PT31M")));
        yield return ("approval, of an older round", Approval(Asked(words), round: 0));
        yield return ("approval, of no step", ApprovalCard.Of(Asked(words).Run, words, 1, Context));
        yield return ("task", TaskCard.Of(Task(words).Run, "call", Context));
        yield return ("task, drill", TaskCard.Of(Task(words, RunMode.Drill).Run, "call", Context));
        yield return ("task, done", TaskCard.Of(Done(words).Run, "call", Context));
        yield return ("task, too late", TaskCard.Of(Task(words).After("PT21M").Run, "call", Context));
        yield return ("ask", AskCard.Of(Failed(words).Run, "restore", Context));
        yield return ("ask, over", AskCard.Of(Failed(words).After("PT16M").Run, "restore", Context));
    }

    private static Story Done(string words)
    {
        var story = Task(words);
        return story.When(new RunEvent.TaskConfirmed("call", words.Length == 0 ? "somebody" : words, ["approvers"], words + "!", story.Now));
    }
}
