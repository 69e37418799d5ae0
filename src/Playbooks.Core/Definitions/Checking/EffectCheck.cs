namespace Playbooks.Core.Definitions.Checking;

/// <summary>Every change can be taken back, and what breaks things on purpose does so only in drills.</summary>
internal sealed class EffectCheck(Subject subject)
{
    public void Run()
    {
        foreach (var step in subject.Main.OfType<Step.Do>())
        {
            CheckUndo(step);
            CheckSimulation(step);
            RefuseDrillOnly(step, step.Action, "do");
        }
        foreach (var step in subject.Finally.OfType<Step.Do>())
        {
            RefuseDrillOnly(step, step.Action, "do");
            RefuseAtTheEdge(step, "finally");
            if (step.OnFailure is OnFailure.Ask)
                subject.NodeOf(step, "onFailure").Error(ErrorCodes.FieldNotHere, "In finally nothing asks.", "Write \"stop\" or \"continue\".");
        }
        foreach (var step in subject.Inject.OfType<Step.Do>())
            RefuseAtTheEdge(step, "inject");
    }

    private void CheckUndo(Step.Do step)
    {
        var action = step.Action;
        if (step.Undo is { } undo)
        {
            RefuseDrillOnly(step, undo.Action, "undo", "do");
            var why = action.Effect == Effect.ReadOnly && !subject.IsBroken(step) ? $"'{action.Name}' changes nothing"
                : action.Protective ? $"'{action.Name}' protects and is never undone"
                : action.Name == Catalogue.Rejoin ? $"the undo of '{action.Name}' is always {Catalogue.Isolate}, without being written"
                : null;
            if (why is not null)
                subject.NodeOf(step, "undo").ErrorAtName(ErrorCodes.UndoNotHere, $"There is nothing to write here: {why}.", "Remove the undo.");
            else if (undo.Action.Repeatability == Repeatability.Once)
                subject.NodeOf(step, "undo", "do").Error(ErrorCodes.UnsafeUndo, $"'{undo.Action.Name}' cannot be repeated, so it cannot undo.", "Use an action that is keyed or checked.");
        }
        else if (action is { Effect: Effect.Mutating, Protective: false, DrillOnly: false } && action.Name != Catalogue.Rejoin)
            subject.NodeOf(step, "do").Error(ErrorCodes.NoUndo, $"'{action.Name}' changes something and nothing takes it back when the run fails.",
                "Add \"undo\": { \"do\": …, \"with\": { … } } with what is known before this step.");
    }

    private void CheckSimulation(Step.Do step)
    {
        if (step.InDrill == InDrill.Simulate && step.Action is { Effect: not Effect.ReadOnly, Simulatable: false })
            subject.NodeOf(step, "drill").Error(ErrorCodes.CannotSimulate, $"'{step.Action.Name}' cannot say what it would do without doing it.", "Write \"run\" or \"skip\"; a drill environment has targets of its own.");
    }

    private void RefuseDrillOnly(Step.Do step, ActionDeclaration action, params ReadOnlySpan<string> path)
    {
        if (action.DrillOnly)
            subject.NodeOf(step, path).Error(ErrorCodes.DrillOnly, $"'{action.Name}' breaks something on purpose.", "Move it to drill.inject.");
    }

    private void RefuseAtTheEdge(Step.Do step, string where)
    {
        if (step.Undo is not null)
            subject.NodeOf(step, "undo").ErrorAtName(ErrorCodes.UndoNotHere, $"Nothing is undone in {where}.", "Remove the undo.");
        if (step.Recovers)
            subject.NodeOf(step, "recovers").ErrorAtName(ErrorCodes.RecoversInBlock, $"A step of {where} cannot recover.", "Let a step of steps recover.");
    }
}
