using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>A run that will not go on: isolate at once, drain, take back in reverse.</summary>
internal static class Stopping
{
    private const string SafetyPrefix = "@isolate/";
    private static readonly RetryRule SafetyRetry = new(3, TimeSpan.FromSeconds(2), 2, TimeSpan.FromSeconds(10),
        [ErrorKind.Transient, ErrorKind.Throttled, ErrorKind.Timeout, ErrorKind.Conflict, ErrorKind.OutcomeUnknown]);
    private static readonly TimeSpan SafetyTimeout = TimeSpan.FromSeconds(30);

    public static string ModelOf(string safetyPath) => safetyPath[SafetyPrefix.Length..];

    /// <summary>What <see cref="RunEvent.IsolationConfirmed"/> changes.</summary>
    public static Run Confirmed(Run run, string model) => run with
    {
        UnconfirmedModels = run.UnconfirmedModels.Remove(model),
        Safety = run.Safety.TryGetValue(SafetyPrefix + model, out var state) ? run.Safety.SetItem(SafetyPrefix + model, state with { Confirmed = true }) : run.Safety,
    };

    public static void Drain(Deciding d, Ending ending)
    {
        var isolated = !ending.TakesBack || Isolate(d, redo: 0, ModelsAtRisk(d));
        var quiet = Drains.IsQuiet(d, "");
        if (isolated && quiet)
            d.State(new RunEvent.RunDrained(d.Now));
    }

    public static void Undo(Deciding d, Ending ending)
    {
        if (ending.TakesBack)
        {
            // A rejoin that was outstanding while the model was isolated may have come after it.
            if (!Isolate(d, redo: 1, ModelsAtRisk(d).Where(model => RejoinEndedSince(d, model, ending.At))))
                return;
            var next = d.Run.Steps.Effects
                .Where(effect => effect.Value is { MayHaveActed: true, Sealed: false } && HasUndo(effect.Value) && !d.Run.Undone.ContainsKey(effect.Key))
                .OrderByDescending(effect => effect.Value.Order).FirstOrDefault();
            if (next.Value is not null)
            {
                Undo(d, next.Key, next.Value);
                return;
            }
        }
        d.State(new RunEvent.FinallyStarted(d.Now + d.Playbook.FinallyWithin, d.Now));
    }

    /// <summary>True when every one of these models is shown to be isolated, or could not be.</summary>
    private static bool Isolate(Deciding d, int redo, IEnumerable<string> models)
    {
        var settled = true;
        foreach (var model in models)
        {
            var path = SafetyPrefix + model;
            var state = d.Run.Safety.GetValueOrDefault(path);
            var stage = state is null || state.Redo < redo ? new Stage.Fresh() : state.Stage;
            var work = new Work(path, Purpose.Safety, Catalogue.Find(Catalogue.Isolate)!, JsonData.Object(("model", JsonData.Of(model)),
                ("reason", JsonData.Of($"run {d.Run.Id} stops"))), SafetyTimeout, SafetyRetry, redo, 0, null);
            switch (Attempts.Decide(d, work, stage, stopping: false))
            {
                case Tried.Going:
                    settled = false;
                    break;
                case Tried.Done when state is { Confirmed: false }:
                    d.State(new RunEvent.IsolationConfirmed(model, d.Now));
                    settled = false;
                    break;
                case Tried.GivenUp given when !d.Run.UnconfirmedModels.Contains(model):
                    d.State(new RunEvent.IsolationUnconfirmed(model, given.Kind, given.Message, d.Now));
                    settled = false;
                    break;
            }
        }
        return settled;
    }

    /// <summary>Models that may serve though they must not: rejoined and not sealed, or never shown to be isolated.</summary>
    private static IEnumerable<string> ModelsAtRisk(Deciding d) => d.Run.Steps.Effects.Select(effect => effect.Value)
        .Where(effect => !effect.Sealed && effect.Inputs["model"]?.AsString() is not null
            && ((effect.Step.Action.Name == Catalogue.Rejoin && effect.MayHaveActed) || effect.Step.Action.Name == Catalogue.Isolate))
        .GroupBy(effect => effect.Inputs["model"]!.AsString()!)
        .Where(model => model.Any(effect => effect.Step.Action.Name == Catalogue.Rejoin) || !IsolatedByStep(d, model.Key))
        .Select(model => model.Key).Order(StringComparer.Ordinal);

    private static bool RejoinEndedSince(Deciding d, string model, DateTimeOffset at) => d.Run.Steps.Effects.Any(effect =>
        effect.Value is { Sealed: false, MayHaveActed: true, Step.Action.Name: Catalogue.Rejoin } && effect.Value.Inputs["model"]?.AsString() == model
        && d.StateOf(effect.Key) is StepState.Ended ended && ended.At >= at);

    private static bool IsolatedByStep(Deciding d, string model) => d.Run.Models.ContainsKey(model)
        && !d.Run.Safety.ContainsKey(SafetyPrefix + model);

    private static bool HasUndo(EffectRecord effect) =>
        !effect.Step.Action.Protective && (effect.Step.Undo is not null || effect.Step.Action.Name == Catalogue.Rejoin);

    private static void Undo(Deciding d, string path, EffectRecord effect)
    {
        var model = effect.Inputs["model"]?.AsString();
        if (model is not null && d.Run.UnconfirmedModels.Contains(model))
        {
            d.State(new RunEvent.UndoFailed(path, ErrorKind.Denied, $"Model {model} could not be shown to be isolated, so nothing of it is changed.", d.Now));
            return;
        }
        var stage = d.Run.Undos.GetValueOrDefault(path)?.Stage ?? new Stage.Fresh();
        switch (Attempts.Decide(d, WorkOf(d, path, effect), stage, stopping: false))
        {
            case Tried.Going:
                break;
            case Tried.Done:
                d.State(new RunEvent.UndoSucceeded(path, d.Now));
                break;
            case Tried.GivenUp failed:
                d.State(new RunEvent.UndoFailed(path, failed.Kind, failed.Message, d.Now));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static Work WorkOf(Deciding d, string path, EffectRecord effect) => effect.Step.Undo is { } rule
        ? new Work(path, Purpose.Undo, rule.Action, effect.UndoInputs ?? JsonData.EmptyObject, rule.Timeout, rule.Retry, effect.Redo, 0, null)
        : new Work(path, Purpose.Undo, Catalogue.Find(Catalogue.Isolate)!, JsonData.Object(("model", effect.Inputs["model"] ?? JsonData.Null),
            ("reason", JsonData.Of($"run {d.Run.Id} takes {path} back"))), SafetyTimeout, SafetyRetry, effect.Redo, 0, null);
}
