using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Core.Comparing;

/// <summary>Which differences take something away that keeps people, data or the promised time safe.</summary>
internal static class Weakening
{
    public static IEnumerable<Weakness> Of(Playbook older, Playbook newer) =>
        Promise(older, newer).Concat(Starts(older, newer)).Concat(Recovery(older, newer)).Concat(Steps(older, newer));

    private static IEnumerable<Weakness> Promise(Playbook older, Playbook newer)
    {
        var (before, after) = (Proof.Of(older), Proof.Of(newer));
        foreach (var (what, was, becomes) in new[] { ("rto", older.Objectives.Rto, newer.Objectives.Rto), ("degradedWithin", older.Objectives.DegradedWithin, newer.Objectives.DegradedWithin) })
        {
            if (was is not null && (becomes is null || becomes > was))
                yield return new Weakness("", becomes is null ? $"{what} is no longer promised." : $"{what} is promised later: {Written.Of(was)} became {Written.Of(becomes)}.");
        }
        foreach (var (what, was, becomes, limit) in new[]
        {
            ("recovery", before.DetectedToRecovered, after.DetectedToRecovered, newer.Objectives.Rto),
            ("the first isolation", before.DetectedToIsolated, after.DetectedToIsolated, newer.Objectives.DegradedWithin),
        })
        {
            if (was is not null && becomes is null)
                yield return new Weakness("", $"There is no {what.Replace("the ", "", StringComparison.Ordinal)} any more.");
            else if (becomes > was)
                yield return new Weakness("", $"The worst case until {what} has grown from {Written.Of(was)} to {Written.Of(becomes)}{(becomes > limit ? $", beyond the {Written.Of(limit)} promised" : "")}.");
        }
        foreach (var error in after.Errors.Where(error => before.Errors.All(known => known.Code != error.Code || known.Path != error.Path)))
            yield return new Weakness(error.Path.StartsWith('$') ? "" : error.Path, $"The proof no longer holds ({error.Code}): {error.Message}");
    }

    private static IEnumerable<Weakness> Starts(Playbook older, Playbook newer)
    {
        foreach (var gone in older.Triggers.DistinctBy(Written.Of).ExceptBy(newer.Triggers.Select(Written.Of), Written.Of))
        {
            if (Recounted(gone, newer) is not { } now)
                yield return new Weakness("", $"This no longer starts it: {Written.Of(gone)}.");
            else if (now.AtLeast > ((Trigger.OnDeadLetters)gone).AtLeast)
                yield return new Weakness("", FormattableString.Invariant($"More dead letters of {now.Queue} must lie before it starts: {((Trigger.OnDeadLetters)gone).AtLeast} became {now.AtLeast}."));
        }
        if (older.Concurrency is not null && newer.Concurrency is null)
            yield return new Weakness("", "Two runs may now work on the same thing at once: concurrency is gone.");
        foreach (var (role, group) in older.Roles)
        {
            if (newer.Roles.TryGetValue(role, out var other) && other != group)
                yield return new Weakness("", $"The role {role} is held by other people: {group} became {other}.");
        }
    }

    /// <summary>The trigger on the same dead letters with the same inputs that starts the newer one first; null for any other trigger.</summary>
    private static Trigger.OnDeadLetters? Recounted(Trigger gone, Playbook newer) => gone is not Trigger.OnDeadLetters letters ? null
        : newer.Triggers.OfType<Trigger.OnDeadLetters>().Where(now => Written.Of(now with { AtLeast = letters.AtLeast }) == Written.Of(letters)).MinBy(now => now.AtLeast);

    private static IEnumerable<Weakness> Recovery(Playbook older, Playbook newer)
    {
        var (was, becomes) = (Recovering(older), Recovering(newer));
        if (was is null)
            yield break;
        if (becomes is null || becomes.Step.Id != was.Step.Id)
            yield return new Weakness(was.Step.Id, becomes is null ? "It no longer recovers, nor does any other step." : $"recovers moved from {was.Step.Id} to {becomes.Step.Id}: the clock stops elsewhere.");
        else
        {
            var before = Before(older, was.Step.Id);
            foreach (var late in Before(newer, was.Step.Id) is var now ? before.Where(id => !now.Contains(id) && Place.AllOf(newer).Any(place => place.Step.Id == id)) : [])
                yield return new Weakness(late, $"It now comes after {was.Step.Id}, which recovers: recovery is declared without it.");
        }
    }

    private static IEnumerable<Weakness> Steps(Playbook older, Playbook newer)
    {
        var now = Place.AllOf(newer).ToDictionary(place => place.Step.Id, StringComparer.Ordinal);
        foreach (var was in Place.AllOf(older).Where(place => place.List != "inject"))
        {
            foreach (var message in now.TryGetValue(was.Step.Id, out var place) && place.Step.GetType() == was.Step.GetType() ? Weaker(was.Step, place.Step) : Gone(was.Step))
                yield return new Weakness(was.Step.Id, message);
        }
        foreach (var order in Protection(older, newer, now))
            yield return order;
    }

    /// <summary>What protects or verifies is worth less when what it guards comes before it.</summary>
    private static IEnumerable<Weakness> Protection(Playbook older, Playbook newer, Dictionary<string, Place> now)
    {
        foreach (var guard in Place.AllOf(older).Where(place => place.List == "steps" && place.Step is Step.Do { Action.Protective: true } && now.ContainsKey(place.Step.Id)))
        {
            var before = Before(older, guard.Step.Id);
            foreach (var overtaking in Place.AllOf(newer).TakeWhile(place => place.Step.Id != guard.Step.Id)
                .Where(place => place.Step is Step.Do { Action.Effect: not Effect.ReadOnly, Action.Protective: false } && !before.Contains(place.Step.Id) && Place.AllOf(older).Any(known => known.Step.Id == place.Step.Id)))
                yield return new Weakness(guard.Step.Id, $"{overtaking.Step.Id} now changes something before it protects.");
        }
    }

    private static IEnumerable<string> Gone(Step step)
    {
        if (step is Step.Approve approve)
            yield return $"The approval is gone: {string.Join(", ", approve.Covers)} no longer wait for {approve.Role}.";
        if (step is Step.ManualTask)
            yield return "The task for a person is gone.";
        if (step is Step.Do { Action: { Protective: true } protects })
            yield return $"A step that protects is gone ({protects.Name}).";
        if (step is Step.Do { Action: { Verifies: true } verifies })
            yield return $"A verification is gone ({verifies.Name}).";
        if (step is Step.Do { Action.Name: Catalogue.ReapplyErasures })
            yield return "Erased people may come back: erasures are no longer reapplied here.";
        if (step is Step.Do { Action.Name: "evidence.publish" })
            yield return "The evidence is no longer published here.";
    }

    private static IEnumerable<string> Weaker(Step was, Step now)
    {
        if (was.When is null && now.When is { } when)
            yield return $"It may now be skipped: only when {when.Text.Trim()}.";
        if (was.InDrill == InDrill.Run && now.InDrill != InDrill.Run)
            yield return "Drills no longer run it.";
        if (was.OnFailure is null or OnFailure.Stop or OnFailure.Ask && now.OnFailure is OnFailure.Continue or OnFailure.Goto)
            yield return $"Its failure no longer stops the run: onFailure became {Written.Of(now.OnFailure)}.";
        foreach (var message in (was, now) switch
        {
            (Step.Approve older, Step.Approve newer) => Weaker(older, newer),
            (Step.Do older, Step.Do newer) => older.Action.Name == newer.Action.Name ? Weaker(older, newer) : Gone(older).Concat(Weaker(older, newer)),
            (Step.ForEach { StopAtErrorPercent: var older }, Step.ForEach { StopAtErrorPercent: { } newer }) when newer > (older ?? 0) => [$"More of its iterations may fail before it stops: {older ?? 0} became {newer} percent."],
            (Step.Parallel { Join: Join.All }, Step.Parallel { Join: Join.Any }) => ["One branch is now enough: join became any."],
            _ => [],
        })
            yield return message;
    }

    private static IEnumerable<string> Weaker(Step.Approve was, Step.Approve now)
    {
        if (now.Quorum < was.Quorum)
            yield return $"Fewer people must agree: quorum {was.Quorum} became {now.Quorum}.";
        foreach (var step in was.Covers.Except(now.Covers))
            yield return $"{step} is no longer covered by this approval.";
        if (was.OnTimeout is OnTimeout.Deny && now.OnTimeout is not OnTimeout.Deny)
            yield return $"Silence no longer means no: onTimeout became {Written.Of(now.OnTimeout)}.";
        if (now.OnTimeout is OnTimeout.Proceed && was.OnTimeout is OnTimeout.Goto)
            yield return "Silence now means yes: onTimeout became proceed.";
        if (was.OnPage && !now.OnPage)
            yield return "It no longer asks for the signed-in page: decideOn is gone.";
        if (now.Role != was.Role)
            yield return $"Other people decide: {was.Role} became {now.Role}.";
        if (now.DecideWithin > was.DecideWithin)
            yield return $"It may wait longer for a decision: {Written.Of(was.DecideWithin)} became {Written.Of(now.DecideWithin)}.";
        foreach (var escalation in was.Escalate.Where(before => !now.Escalate.Any(after => after.Role == before.Role && after.After <= before.After)))
            yield return $"{escalation.Role} is no longer asked after {Written.Of(escalation.After)}.";
    }

    private static IEnumerable<string> Weaker(Step.Do was, Step.Do now)
    {
        if (was.Undo is not null && now.Undo is null)
            yield return "It is no longer taken back when the run fails: the undo is gone.";
        if (now.Timeout > was.Timeout && WorstCase.Of(now) > now.Budget)
            yield return $"Its timeout was raised beyond its budget: at most {Written.Of(WorstCase.Of(now))} of {Written.Of(now.Budget)}.";
        else if (WorstCase.Of(now) > WorstCase.Of(was))
            yield return $"It may take longer: {Written.Of(WorstCase.Of(was))} became {Written.Of(WorstCase.Of(now))}.";
        if (now.Budget is null && was.Budget is not null)
            yield return "Its share of the RTO is no longer bounded: the budget is gone.";
        foreach (var gone in was.With.Select(field => field.Name).Except(now.With.Select(field => field.Name)).Where(name => was.Action.Verifies && now.Action.Verifies && name is "expect" or "suite" or "hold"))
            yield return $"It verifies less: {gone} is gone.";
        if (was.Action.Verifies && now.Action.Verifies && Hold(was) is { } held && Hold(now) is { } holds && holds < held)
            yield return $"It verifies for a shorter time: hold {Written.Of(held)} became {Written.Of(holds)}.";
    }

    private static TimeSpan? Hold(Step.Do step) =>
        (step.With.FirstOrDefault(field => field.Name == "hold")?.Value as JsonTemplate.Literal)?.Value.AsString() is { } text ? IsoDuration.Parse(text) : null;

    private static Place? Recovering(Playbook playbook) => Place.AllOf(playbook).FirstOrDefault(place => place.Step is Step.Do { Recovers: true });

    /// <summary>Ids of what stands before a step, in the order of the text.</summary>
    private static HashSet<string> Before(Playbook playbook, string id) =>
        Place.AllOf(playbook).TakeWhile(place => place.Step.Id != id).Select(place => place.Step.Id).ToHashSet(StringComparer.Ordinal);
}
