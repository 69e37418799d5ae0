using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Cards;

/// <summary>Asks somebody to do something by hand and to say what they did.</summary>
public static class TaskCard
{
    public static JsonData Of(Run run, string path, CardContext context) => CardRoom.Fit(room =>
    {
        var subject = new CardSubject(run.Id, Notices.Ask(path, AskFor.Confirmation), context.Nonce, CardVerbs.Done);
        var body = new List<JsonData>(CardParts.Banner(run)) { CardParts.Heading(run, room, $"By hand: {CardParts.Name(run, path)}"), CardParts.Origin(run, room) };
        var state = run.StateOf(path);
        var task = state as StepState.TaskOpen ?? (state as StepState.Ended)?.Prior as StepState.TaskOpen;
        var isOpen = state is StepState.TaskOpen && run.Phase is RunPhase.Recovering && run.ParkedBecause is null;
        body.Add(AskParts.State(isOpen, task?.Until, state, "else the step fails", room));
        if (task is not null)
            body.Add(CardParts.Runs("Medium", CardParts.Run(room.Text(task.Text, CardLimits.MessageMaxCharacters))));
        if ((run.StepOf(path) as Step.ManualTask)?.Role is { } role)
            body.Add(CardParts.Fact("Who", room.Text(run.Playbook!.Roles.GetValueOrDefault(role, role), CardLimits.NameMaxCharacters)));
        if (state is StepState.Succeeded { Output: var done })
            body.Add(CardParts.Fact("Done", room.Text($"by {done["by"]?.AsString()}: {done["note"]?.AsString()}", CardLimits.MessageMaxCharacters)));
        body.AddRange(AskParts.End(run, room, context));
        if (isOpen && context.Viewer is not { MayDecide: false })
        {
            body.Add(CardParts.Input(CardInputs.Note, "What was done", "Kept in the evidence", "Say what was done."));
            body.Add(CardParts.Actions(CardParts.Press("✔ Done", subject, "positive")));
        }
        return CardParts.Card(body, $"Something is to be done by hand. Run {CardText.Safe(run.Id)}. This client cannot show the card.",
            isOpen ? CardParts.Refresh(subject with { Verb = CardVerbs.Refresh }, context) : null);
    });
}

/// <summary>A step has failed: asks a commander for retry, skip or cancel, with the reason.</summary>
public static class AskCard
{
    public static JsonData Of(Run run, string path, CardContext context) => CardRoom.Fit(room =>
    {
        var subject = new CardSubject(run.Id, Notices.Ask(path, AskFor.Order), context.Nonce, null);
        var body = new List<JsonData>(CardParts.Banner(run)) { CardParts.Heading(run, room, $"Failed, and what now: {CardParts.Name(run, path)}"), CardParts.Origin(run, room) };
        var state = run.StateOf(path);
        var awaiting = state as StepState.AwaitingOrder;
        var isOpen = awaiting is not null && run.Phase is RunPhase.Recovering && run.ParkedBecause is null;
        body.Add(AskParts.State(isOpen, awaiting?.Until, state, "else the run stops and takes back what it did", room));
        if (awaiting is not null)
            body.Add(CardParts.Runs("Medium", CardParts.Run($"It failed ({WireName.Of(awaiting.Kind)}): ", bold: true), CardParts.Run(room.Text(awaiting.Message, CardLimits.MessageMaxCharacters))));
        if (awaiting is { Kind: ErrorKind.OutcomeUnknown })
            body.Add(CardParts.Ours("⚠ Whether its effect happened is not known. Find out before you retry."));
        body.Add(CardParts.Fact("Who", room.Text(run.Playbook?.CommanderGroup ?? "nobody is named", CardLimits.NameMaxCharacters)));
        if (CardWords.Rto(run) is { } rto)
            body.Add(CardParts.Fact("Time to recover", rto));
        body.AddRange(AskParts.End(run, room, context));
        if (isOpen && context.Viewer is not { MayDecide: false })
        {
            body.Add(CardParts.Input(CardInputs.Reason, "Reason", "Kept in the evidence", "An order needs a reason."));
            var actions = new List<JsonData> { CardParts.Press("↻ Retry", subject with { Verb = CardVerbs.Retry }, "positive") };
            if (MayBeSkipped(run.StepOf(path)))
                actions.Add(CardParts.Press("↷ Skip", subject with { Verb = CardVerbs.Skip }));
            actions.Add(CardParts.Press("✖ Cancel the run", subject with { Verb = CardVerbs.Cancel }, "destructive"));
            body.Add(CardParts.Actions(actions));
        }
        return CardParts.Card(body, $"A step has failed and waits for an order. Run {CardText.Safe(run.Id)}. This client cannot show the card.",
            isOpen ? CardParts.Refresh(subject with { Verb = CardVerbs.Refresh }, context) : null);
    });

    /// <summary>As the decider judges it: these nobody may skip.</summary>
    private static bool MayBeSkipped(Step? step) =>
        step is not null && step.WithDescendants().All(inner => inner is not (Step.Approve or Step.Do { Recovers: true } or Step.Do { Action.Name: Catalogue.ReapplyErasures }));
}

/// <summary>What both have.</summary>
internal static class AskParts
{
    public static JsonData State(bool isOpen, DateTimeOffset? until, StepState? state, string orElse, CardRoom room) => isOpen && until is { } latest
        ? CardParts.Box("warning", CardParts.Runs(null, CardParts.Run($"◷ Until {CardParts.Instant(latest)}", bold: true), CardParts.Run($", {orElse}.")),
            CardParts.Ours(CardParts.YourClock(latest), spacing: "None"))
        : CardParts.Box("emphasis", CardParts.Ours("◼ This is not asked any more.", bold: true),
            CardParts.Runs("None", CardParts.Run(state is null ? "The step is to be reached anew." : room.Text("The step: " + CardWords.Of(state), CardLimits.NameMaxCharacters))));

    public static IEnumerable<JsonData> End(Run run, CardRoom room, CardContext context)
    {
        if (context.Viewer is { } viewer)
            yield return CardParts.Box("emphasis", CardParts.Runs(null, CardParts.Run("You: ", bold: true), CardParts.Run(room.Text(viewer.Says, CardLimits.InputsMaxCharacters))));
        foreach (var cut in CardParts.Cut(room))
            yield return cut;
        if (context.Pages is { } pages)
            yield return CardParts.Actions(CardParts.Open("Open the run", PageLinks.Run(pages, run.Id)));
    }
}
