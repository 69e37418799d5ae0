using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>What reports of attempts change. A report of an attempt that is not the current one changes nothing but what may have happened.</summary>
internal static class EvolveAttempts
{
    public static Run Started(Run run, RunEvent.AttemptStarted e)
    {
        var stage = StageOf(run, e.Id);
        if (stage is null || (e.Id.Purpose == Purpose.Do && run.StateOf(e.Id.Path) is not StepState.Acting))
            return run;
        // Another owner takes over an attempt that never reported: the deadline stays what it was.
        var taken = stage is Stage.Running running && running.Attempt == e.Id.Attempt && running.Poll == e.Id.Poll
            ? running with { Owner = e.Owner }
            : new Stage.Running(e.Id.Attempt, e.Id.Poll, e.Deadline, (stage as Stage.Pending)?.Token, e.Owner, e.Key);
        run = SetStage(run, e.Id, taken);
        if (e.Id.Purpose != Purpose.Do || run.StateOf(e.Id.Path) is not StepState.Acting { Simulated: false } acting || FindDo(run, e.Id.Path) is not { } step)
            return run;
        var effect = run.Steps.EffectOf(e.Id.Path)
            ?? new EffectRecord(run.Sequence, step, acting.Inputs, acting.UndoInputs, e.Id.Redo, false, false);
        return run with { Steps = run.Steps.With(e.Id.Path, effect with { Redo = e.Id.Redo }) };
    }

    public static Run Succeeded(Run run, RunEvent.ActionSucceeded e)
    {
        run = MayHaveActed(run, e.Id);
        if (!IsCurrent(run, e.Id, out var stage))
            return run;
        if (stage is not Stage.Running running || e.At > running.Deadline)
            return SetStage(run, e.Id, Late(e.Id, e.At));
        run = SetStage(run, e.Id, new Stage.Done(e.Id.Attempt, e.Output));
        return NoteModel(run with { OutputBytes = run.OutputBytes + e.Output.Text.Length }, e.Id);
    }

    public static Run Failed(Run run, RunEvent.ActionFailed e)
    {
        if (e.Kind is ErrorKind.Timeout or ErrorKind.OutcomeUnknown)
            run = MayHaveActed(run, e.Id);
        if (!IsCurrent(run, e.Id, out var stage))
            return run;
        // The deadline has passed already, so this is a timeout; but now it is known that nothing more will come.
        return SetStage(run, e.Id, stage is Stage.Expired
            ? Late(e.Id, e.At)
            : new Stage.Reported(e.Id.Attempt, e.Kind, e.Message, e.RetryAfter, e.At));
    }

    public static Run Pending(Run run, RunEvent.ActionPending e)
    {
        run = MayHaveActed(run, e.Id);
        if (!IsCurrent(run, e.Id, out var stage))
            return run;
        if (stage is not Stage.Running running || e.At > running.Deadline)
            return SetStage(run, e.Id, Late(e.Id, e.At));
        return SetStage(run, e.Id, e.Id.Poll + 1 >= Limits.PollsPerAttemptMax
            ? new Stage.Reported(e.Id.Attempt, ErrorKind.Timeout, $"Still pending after {Limits.PollsPerAttemptMax} polls.", null, e.At)
            : new Stage.Pending(e.Id.Attempt, e.Id.Poll + 1, running.Deadline, e.Token, e.AskAgainAt, e.Progress));
    }

    public static Run Expired(Run run, RunEvent.AttemptExpired e)
    {
        // When the grace is over nothing new is known, and a person may have stated since the deadline that nothing happened.
        if (e.Kind != ErrorKind.OutcomeUnknown)
            run = MayHaveActed(run, e.Id);
        if (!IsCurrent(run, e.Id, out var stage))
            return run;
        return SetStage(run, e.Id, (e.Kind, stage) switch
        {
            (ErrorKind.OutcomeUnknown, _) => new Stage.Reported(e.Id.Attempt, ErrorKind.OutcomeUnknown, Attempts.NeverReported, null, e.At),
            (_, Stage.Running running) => new Stage.Expired(e.Id.Attempt, e.Id.Poll, running.Deadline, e.At),
            // Between two polls nothing is under way that could still report.
            _ => new Stage.Reported(e.Id.Attempt, ErrorKind.Timeout, "It was still pending at the attempt's deadline.", null, e.At),
        });
    }

    private static Stage.Reported Late(CommandId id, DateTimeOffset at) =>
        new(id.Attempt, ErrorKind.Timeout, "The answer came after the attempt's deadline.", null, at);

    /// <summary>Whether the id names the attempt and poll that the stage is about.</summary>
    private static bool IsCurrent(Run run, CommandId id, out Stage? stage)
    {
        stage = StageOf(run, id);
        return stage switch
        {
            Stage.Running running => running.Attempt == id.Attempt && running.Poll == id.Poll,
            Stage.Pending pending => pending.Attempt == id.Attempt && pending.NextPoll == id.Poll,
            Stage.Expired expired => expired.Attempt == id.Attempt && expired.Poll == id.Poll,
            _ => false,
        };
    }

    private static Stage? StageOf(Run run, CommandId id) => id.Purpose switch
    {
        Purpose.Do => StepState.ActingIn(run.StateOf(id.Path)) is { } acting && acting.Redo == id.Redo ? acting.Stage : null,
        Purpose.Undo => StageOf(run.Undos.GetValueOrDefault(id.Path), id.Redo),
        Purpose.Safety => StageOf(run.Safety.GetValueOrDefault(id.Path), id.Redo),
        _ => null,
    };

    private static Stage? StageOf(ActingState? state, int redo) =>
        state is null || state.Redo < redo ? new Stage.Fresh() : state.Redo == redo ? state.Stage : null;

    private static Run SetStage(Run run, CommandId id, Stage stage) => id.Purpose switch
    {
        Purpose.Do => run.StateOf(id.Path) is { } state ? EvolveSteps.Set(run, id.Path, state.WithStage(stage)) : run,
        Purpose.Undo => run with { Undos = run.Undos.SetItem(id.Path, new ActingState(id.Redo, stage)) },
        Purpose.Safety => run with { Safety = run.Safety.SetItem(id.Path, new ActingState(id.Redo, stage)) },
        _ => run,
    };

    private static Run MayHaveActed(Run run, CommandId id) =>
        id.Purpose == Purpose.Do && run.Steps.EffectOf(id.Path) is { } effect && effect.Redo == id.Redo
            ? run with { Steps = run.Steps.With(id.Path, effect with { MayHaveActed = true }) }
            : run;

    /// <summary>Keeps each model's last confirmed percent.</summary>
    private static Run NoteModel(Run run, CommandId id)
    {
        if (id.Purpose == Purpose.Safety)
            return SetPercent(run, Stopping.ModelOf(id.Path), 0);
        if (run.Steps.EffectOf(id.Path) is not { } effect || effect.Inputs["model"]?.AsString() is not { } model)
            return run;
        return (id.Purpose, effect.Step.Action.Name) switch
        {
            (Purpose.Do, Catalogue.Isolate) => SetPercent(run, model, 0),
            (Purpose.Do, Catalogue.Rejoin) => SetPercent(run, model, (int)(effect.Inputs["percent"]?.AsInt64() ?? 0)),
            (Purpose.Undo, Catalogue.Rejoin) => SetPercent(run, model, 0),
            _ => run,
        };
    }

    private static Run SetPercent(Run run, string model, int percent) => run with
    {
        Models = run.Models.SetItem(model, percent),
        IsolatedAgain = run.IsolatedAgain || (percent == 0 && run.Clocks.Recovered is not null),
        UnconfirmedModels = percent == 0 ? run.UnconfirmedModels.Remove(model) : run.UnconfirmedModels,
    };

    internal static Step.Do? FindDo(Run run, string path) => run.Playbook is { } playbook ? StepPaths.Find(playbook, path) as Step.Do : null;
}
