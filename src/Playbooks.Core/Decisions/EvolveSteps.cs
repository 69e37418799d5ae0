using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What facts about steps change.</summary>
internal static class EvolveSteps
{
    public static Run Set(Run run, string path, StepState state) => run with { Steps = run.Steps.With(path, state) };

    public static DateTimeOffset StartOf(Run run, string path) => run.StateOf(path)?.StartedAt ?? run.Now;

    public static Run Started(Run run, RunEvent.StepStarted e) => Set(run, e.Path, StepPaths.Find(run.Playbook!, e.Path) switch
    {
        Step.Do => new StepState.Acting(e.Inputs ?? Json.JsonData.EmptyObject, e.UndoInputs, e.Simulated, Redo(run, e.Path), 0, new Stage.Fresh()) { StartedAt = e.At },
        Step.ManualTask => new StepState.TaskOpen(e.Until ?? e.At, e.Text ?? "") { StartedAt = e.At },
        Step.Wait wait => new StepState.Waiting(e.Until ?? e.At, (wait.For as WaitFor.Signal)?.Name) { StartedAt = e.At },
        _ => new StepState.InBlock(e.Items?.Elements ?? [], e.Arm, e.Inputs, Iterations.None, null) { StartedAt = e.At },
    });

    public static Run Succeeded(Run run, RunEvent.StepSucceeded e) =>
        End(run, e.Path, prior => new StepState.Succeeded(e.Output, prior, e.At) { StartedAt = StartOf(run, e.Path) });

    public static Run Failed(Run run, RunEvent.StepFailed e) =>
        End(run, e.Path, prior => new StepState.Failed(e.Kind, e.Message, e.Then, prior, e.At) { StartedAt = StartOf(run, e.Path) });

    public static Run Skipped(Run run, RunEvent.StepSkipped e) =>
        End(run, e.Path, prior => new StepState.Skipped(e.Reason, prior, e.At) { StartedAt = StartOf(run, e.Path) });

    public static Run AwaitsOrder(Run run, RunEvent.OrderAwaited e) => Decider.Tell(
        Set(run with { AskUntil = run.AskUntil.ContainsKey(e.Path) ? run.AskUntil : run.AskUntil.Add(e.Path, e.Until) }, e.Path,
            new StepState.AwaitingOrder(run.StateOf(e.Path), e.Kind, e.Message, e.Until) { StartedAt = StartOf(run, e.Path) }),
        "order/" + e.Path,
        $"{e.Path} has failed ({WireName.Of(e.Kind)}): {e.Message} Retry, skip or cancel until {Decider.Instant(e.Until)}, else the run stops.");

    public static Run InBlock(Run run, string path, Func<StepState.InBlock, StepState.InBlock> change) =>
        run.StateOf(path) is StepState.InBlock block ? Set(run, path, change(block)) : run;

    private static Run End(Run run, string path, Func<StepState?, StepState> end)
    {
        var prior = run.StateOf(path) is StepState.AwaitingOrder awaiting ? awaiting.Prior : run.StateOf(path);
        if (prior is StepState.TaskOpen)
            run = run with { Unjudged = run.Unjudged.RemoveAll(waiting => waiting is RunEvent.TaskConfirmed task && task.Path == path) };
        var ended = end(prior);
        run = Set(run, path, ended);
        run = NoteUnproven(run, path, ended is StepState.Skipped || prior is StepState.Acting { Simulated: true });
        return ended is not StepState.Failed { Stops: true } && StepPaths.FindListed(run.Playbook!, path) is { } step
            ? PastSteps.Passed(run, path, step)
            : run;
    }

    /// <summary>The step is to be reached anew, by order of a person.</summary>
    public static Run Reopen(Run run, string path) => NoteUnproven(run with { Steps = run.Steps.With(path, state: null) }, path, false);

    /// <summary>What a step that was simulated or skipped would have taken is not known.</summary>
    private static Run NoteUnproven(Run run, string path, bool unproven) =>
        unproven == run.Unproven.Contains(path) || run.Clocks.Recovered is not null || path.StartsWith('@') ? run
        : run with { Unproven = unproven ? run.Unproven.Add(path) : run.Unproven.Remove(path) };

    /// <summary>A step that was taken up again by a person's order goes on with the redo number it was given.</summary>
    private static int Redo(Run run, string path) => run.Steps.EffectOf(path)?.Redo ?? 0;
}
