using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Cards;

/// <summary>The root card of a run: what it is, where it stands, what is left of the time, who is awaited, what happened last. A function of the run alone.</summary>
public static class RunCard
{
    public static JsonData Of(Run run, CardContext context) => CardRoom.Fit(room =>
    {
        var (style, state) = CardWords.Of(run);
        var body = new List<JsonData>(CardParts.Banner(run))
        {
            CardParts.Heading(run, room, run.Playbook?.Title ?? run.Started?.Playbook.Name ?? run.Id),
            CardParts.Origin(run, room),
            CardParts.Box(style, [CardParts.Ours(state, bold: true), .. Why(run, room)]),
        };
        if (CardWords.Rto(run) is { } rto)
            body.Add(CardParts.Fact("Time to recover", rto, "Medium"));
        if (Models(run) is { Count: > 0 } models)
            body.Add(CardParts.Fact("Models", room.Text(string.Join("; ", room.First(models, CardLimits.AwaitedMax)), CardLimits.InputsMaxCharacters)));
        body.Add(CardParts.Fact("Started", room.Text($"{CardParts.Instant(run.Started?.At ?? run.Now)} by {run.Started?.StartedBy}", CardLimits.NameMaxCharacters)));
        body.AddRange(Awaited(run, room));
        body.AddRange(LastSteps(run, room));
        body.AddRange(CardParts.Cut(room));
        if (context.Pages is { } pages)
            body.Add(CardParts.Actions(CardParts.Open("Open the run", PageLinks.Run(pages, run.Id))));
        // One that nobody remembers, because its host was killed as it posted it, becomes true again by being fetched.
        return CardParts.Card(body, $"Run {CardText.Safe(run.Id)}: {state}. This client cannot show the card.",
            run.HasEnded || run.Started is null ? null : CardParts.Refresh(new CardSubject(run.Id, Notices.Run, context.Nonce, CardVerbs.Refresh), context));
    });

    private static IEnumerable<JsonData> Why(Run run, CardRoom room)
    {
        var reason = (run.ParkedBecause, run.Phase) switch
        {
            ({ } parked, _) => parked,
            (_, RunPhase.Draining draining) => draining.Ending.Reason,
            (_, RunPhase.Undoing undoing) => undoing.Ending.Reason,
            (_, RunPhase.Ended ended) => ended.With.Reason,
            _ => null,
        };
        if (!string.IsNullOrEmpty(reason))
            yield return CardParts.Runs("Small", CardParts.Run(room.Text(reason, CardLimits.InputsMaxCharacters)));
        if (!run.UnconfirmedModels.IsEmpty)
            yield return CardParts.Runs("Small", CardParts.Run("✖ Isolation NOT confirmed, may still serve: ", bold: true),
                CardParts.Run(room.Text(string.Join(", ", run.UnconfirmedModels), CardLimits.InputsMaxCharacters)));
    }

    /// <summary>Each model with the share of the requests that it gets.</summary>
    private static List<string> Models(Run run) => [.. run.Models.Select(model => model.Value switch
    {
        0 => $"{model.Key} is isolated",
        100 => $"{model.Key} serves all requests",
        var percent => FormattableString.Invariant($"{model.Key} serves {percent} % of the requests"),
    })];

    private static IEnumerable<JsonData> Awaited(Run run, CardRoom room)
    {
        var open = run.Steps.Open.OrderBy(step => step.Key, StringComparer.Ordinal).Select(step => step.Value switch
        {
            StepState.Voting voting => $"{string.Join(" or ", voting.Approval.Roles)} to decide on {step.Key} until {CardParts.Clock(voting.Approval.Until)} UTC",
            StepState.TaskOpen task => $"somebody to do {step.Key} by hand until {CardParts.Clock(task.Until)} UTC",
            StepState.AwaitingOrder awaiting => $"{run.Playbook?.CommanderGroup} to say what follows the failure of {step.Key} until {CardParts.Clock(awaiting.Until)} UTC",
            _ => null,
        }).OfType<string>().ToList();
        if (open.Count > 0 && !run.HasEnded)
            yield return CardParts.Fact("Awaited", room.Text(string.Join("; ", room.First(open, CardLimits.AwaitedMax)), CardLimits.MessageMaxCharacters));
    }

    /// <summary>What changed last, the newest first. Blocks are left out: their steps say more.</summary>
    private static IEnumerable<JsonData> LastSteps(Run run, CardRoom room)
    {
        var steps = run.Steps.All.Where(step => step.Value is not (StepState.InBlock or StepState.Ended { Prior: StepState.InBlock }))
            .OrderByDescending(step => step.Value is StepState.Ended ended ? ended.At : step.Value.StartedAt).ThenByDescending(step => step.Value.StartedAt)
            .ThenBy(step => step.Key, StringComparer.Ordinal).ToList();
        if (steps.Count == 0)
            yield break;
        yield return CardParts.Ours("Last steps", bold: true);
        // Older steps are no loss to who looks at the card: it does not count as shortened.
        foreach (var (path, state) in steps.Take(CardLimits.StepsMax))
            yield return CardParts.Runs("None", CardParts.Run(room.Text(CardParts.Name(run, path), CardLimits.NameMaxCharacters), bold: true), CardParts.Run(room.Text(": " + CardWords.Of(state), CardLimits.NameMaxCharacters)));
    }
}
