using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Core.Renderings;

/// <summary>What a step does, and what follows when it goes wrong, in sentences for people who have never seen a playbook.</summary>
internal static class StepSentences
{
    public static string Does(Step step) => step switch
    {
        Step.Do action => PlainWords.Does(action.Action, action.With),
        Step.Approve approve => $"{(approve.Quorum == 1 ? "One person" : $"{approve.Quorum} people")} of {approve.Role} must agree before {PlainWords.List(approve.Covers)} may run. They are asked: “{PlainWords.Of(approve.Message)}”",
        Step.ManualTask task => $"Somebody of {task.Role} does this by hand and confirms it with a note: “{PlainWords.Of(task.Instructions)}”",
        Step.Wait { For: WaitFor.Duration wait } => $"Waits {PlainWords.Of(wait.Time)}.",
        Step.Wait { For: WaitFor.Instant wait } => $"Waits until {PlainWords.Of(wait.At)}, for at most {PlainWords.Of(wait.Latest)}.",
        Step.Wait { For: WaitFor.Signal wait } => $"Waits for the event “{wait.Name}”, for at most {PlainWords.Of(wait.Within)}.",
        Step.Parallel { Join: Join.Any } parallel => $"Does {PlainWords.List(parallel.Branches.Select(branch => branch.Name))} at the same time and goes on with the first that succeeds; the others are ended in an orderly way.",
        Step.Parallel parallel => $"Does {PlainWords.List(parallel.Branches.Select(branch => branch.Name))} at the same time and goes on when all have succeeded.",
        Step.ForEach forEach => $"Does what follows for each of {PlainWords.Of(forEach.Items)}: at most {forEach.MaxItems} of them, {(forEach.Concurrency == 1 ? "one after the other" : $"{forEach.Concurrency} at the same time")}."
            + (forEach.StopAtErrorPercent is { } share ? $" It fails when more than {share} percent of them have failed." : ""),
        Step.Repeat repeat => $"Repeats what follows until {PlainWords.Of(repeat.Until)}, at most {repeat.MaxTimes} times"
            + (repeat.Every > TimeSpan.Zero ? $", with {PlainWords.Of(repeat.Every)} between two rounds." : "."),
        Step.Switch => "Takes the first of these ways whose condition is true.",
        Step.Try => "Tries what follows. A failure in it does not fail the run if one of the catch arms takes it.",
        Step.Inline inline => $"Does what the playbook {inline.Playbook} {inline.Version} says, pinned to exactly the text that was checked.",
        Step.Finish { As: FinishAs.Failed } finish => $"Ends the run as failed: “{PlainWords.Of(finish.Reason)}”",
        Step.Finish finish => $"Ends the run ({(finish.As == FinishAs.StoodDown ? "stood down, as a false alarm" : "completed")}): “{PlainWords.Of(finish.Reason)}”",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Conditions, times, failures, decisions: one sentence each, only those that apply.</summary>
    /// <param name="inside">In a block, whose failure it would be.</param>
    public static IEnumerable<string> Notes(Step step, bool inside)
    {
        if (step.When is { } when)
            yield return $"Only when {PlainWords.Of(when)}; else it is skipped, and the reason is recorded.";
        if (step is Step.Do { Recovers: true })
            yield return "When this succeeds the service counts as recovered and the clock stops. What was done before it is not undone any more.";
        if (WorstCase.Of(step) is var worst && worst > TimeSpan.Zero)
            yield return $"Takes {PlainWords.Of(worst)} at most{(step is Step.Do { Retry.Attempts: > 1 } tried ? $", {tried.Retry.Attempts} attempts counted" : "")}.";
        if (step is Step.Approve approve)
        {
            foreach (var sentence in Decision(approve))
                yield return sentence;
        }
        if (WhenItFails(step, inside) is { } fails)
            yield return fails;
        if (step is Step.Do action)
        {
            if (action.Undo is { } undo)
                yield return $"If the run fails later, this is taken back: {Lowered(PlainWords.Does(undo.Action, undo.With))}";
            else if (action.Action.Name == Catalogue.Rejoin)
                yield return "If the run fails later, this is taken back: the model is isolated again.";
            else if (action.Action.Effect == Effect.Irreversible)
                yield return "It cannot be taken back.";
            else if (action.Action.Protective)
                yield return "It protects, so it stays in force even if the run fails.";
        }
        if (step.InDrill != InDrill.Run)
            yield return step.InDrill == InDrill.Skip ? "Drills skip it, so a drill proves nothing about it." : "Drills only simulate it, so a drill proves nothing about it.";
    }

    /// <summary>What stands in front of each body of a block.</summary>
    public static string Of(Step block, Body body) => (block, body.Name) switch
    {
        (Step.Switch, "default") => "Otherwise:",
        (Step.Switch choice, _) => $"When {PlainWords.Of(choice.Arms[IndexIn("arm", body)].When)}:",
        (Step.Try, "steps") => "Tried:",
        (Step.Try attempt, _) => attempt.Catch[IndexIn("catch", body)].On is { IsEmpty: false } kinds ? $"If it fails with {string.Join(" or ", kinds.Select(WireName.Of))}:" : "If it fails:",
        (Step.Parallel, var branch) => $"Branch {branch}:",
        _ => "",
    };

    private static int IndexIn(string prefix, Body body) => int.Parse(body.Name.AsSpan(prefix.Length), System.Globalization.CultureInfo.InvariantCulture);

    public static IEnumerable<string> Decision(Step.Approve approve)
    {
        yield return $"Decided by {approve.Role}, within {PlainWords.Of(approve.DecideWithin)} of being asked. One no ends it. Whoever started the run has no vote.";
        if (approve.OnPage)
            yield return "It is decided on the signed-in page only.";
        foreach (var escalation in approve.Escalate)
            yield return $"After {PlainWords.Of(escalation.After)} without a decision {escalation.Role} may decide, too.";
        yield return approve.OnTimeout switch
        {
            OnTimeout.Deny => "Silence means no: the run fails, and what it changed is taken back.",
            OnTimeout.Proceed => "Silence means YES: when nobody decides in time, the run goes on.",
            OnTimeout.Goto late => $"When nobody decides in time, the run goes on at {late.Step} without doing what needed the approval.",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    public static string? WhenItFails(Step step, bool inside) => step switch
    {
        Step.Finish or Step.Approve => null,
        { OnFailure: OnFailure.Continue } => "If it fails, the run notes it and goes on.",
        { OnFailure: OnFailure.Goto target } => $"If it fails, the run goes on at {target.Step}; what lies between is skipped.",
        _ when Asking.Asks(step) => $"If it fails, a person has {PlainWords.Of(step.AskWithin)} to say retry, skip or cancel; without an answer {(inside ? "the block around it" : "the run")} fails.",
        { OnFailure: null or OnFailure.Stop } => inside ? "If it fails, so does the block around it." : "If it fails, the run fails.",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Lowered(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
