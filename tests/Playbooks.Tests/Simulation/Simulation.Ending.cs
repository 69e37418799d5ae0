using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Simulation;

/// <summary>What must hold when everything has come to rest.</summary>
internal sealed partial class Simulation
{
    /// <summary>Runs by their request, so that the same one is found in another simulation.</summary>
    internal IReadOnlyDictionary<string, RunWatch> ByRequest => watches.Values.ToDictionary(watch => watch.RunId[^RequestDigits..]);

    private void JudgeEnd()
    {
        Violation.When(process is not { IsOpen: true, Frozen: false }, Promises.Progress, () => "the world is at rest and no process takes callers");
        Shell.JudgeRest();
        foreach (var (run, happened) in acknowledged)
        {
            Violation.When(!IsDurable(run, IdentityOf(happened)) && !Shell.CameTooLate(run, IdentityOf(happened)), Promises.Acknowledged,
                () => $"{IdentityOf(happened)} was acknowledged and is not in the journal of {run}");
        }
        Violation.When(!answers.Values.All(answer => answer is not Core.StartResult.Started started || Shell.Find(started.RunId) is not null), Promises.Acknowledged, () => "a run that was answered for is gone");
        Violation.When(answers.Count == 0 && !Faults.Happened.Exists(hit => hit.Fault == Fault.PlaybookEdited), Promises.Progress, () => "nothing was ever started");
        foreach (var log in Shell.Logs)
            JudgeRun(log);
        Targets.LettersRest();
    }

    private void JudgeRun(RunLog log)
    {
        var run = log.Events.Select(stored => stored.Event).Aggregate(Core.Decisions.Run.Empty, Logic.Evolve);
        if (run.ParkedBecause is not null)
        {
            Violation.When(!watches[log.RunId].WasTold("run.parked"), Promises.Parked, () => $"{log.RunId} is parked ({run.ParkedBecause}) and nobody was told");
            Violation.When(!Faults.Happened.Exists(hit => hit.Fault == Fault.PoisonRun), Promises.Progress, () => $"{log.RunId} is parked: {run.ParkedBecause}");
            return;
        }
        foreach (var timer in Decider.Decide(run).OfType<Command.StartTimer>())
            Violation.When(!Shell.HasTimer(log.RunId, timer), Promises.Timer, () => $"{timer.Id} of {log.RunId}, due at {timer.DueAt:O}, is not set");
        Violation.When(!run.HasEnded || !log.Settled, Promises.Progress,
            () => $"{log.RunId} is {run.Summary().State}, {(log.Settled ? "settled" : "not settled")}, waits for {run.Summary().WaitingFor ?? "nothing"}; outstanding: {string.Join(", ", Decider.Decide(run).Select(command => command.Name))}");
        JudgeEffects(run, log);
    }

    private void JudgeEffects(Run run, RunLog log)
    {
        // A report that contradicts an earlier one may come when everything has been taken back; nobody could have known of it then.
        var known = log.Events.TakeWhile(stored => stored.Event is not RunEvent.FinallyStarted).Select(stored => stored.Event).Aggregate(Core.Decisions.Run.Empty, Logic.Evolve);
        var watch = watches[run.Id];
        if (((RunPhase.Ended)run.Phase).With.Outcome is not (RunOutcome.Failed or RunOutcome.Cancelled) || run.Clocks.Recovered is not null)
            return;
        foreach (var (path, effect) in known.Steps.Effects)
        {
            var undoable = !effect.Step.Action.Protective && (effect.Step.Undo is not null || effect.Step.Action.Name == Catalogue.Rejoin);
            Violation.When(undoable && effect is { MayHaveActed: true, Sealed: false } && !run.Undone.ContainsKey(path), Promises.Undo, () => $"{run.Id} failed and {path} was not taken back");
        }
        foreach (var model in known.Steps.Effects.Select(effect => effect.Value).Where(effect => effect.Step.Action.Name is Catalogue.Rejoin && effect is { MayHaveActed: true, Sealed: false }).Select(effect => effect.Inputs["model"]!.AsString()!).Distinct())
        {
            var mine = !watches.Values.Any(other => other != watch && other.Started!.Inputs["model"]?.AsString() == model);
            // A clock set far ahead ends the time in which a request may still arrive before it has gone by.
            Violation.When(mine && !ClockWasSet && !WasFrozen && Targets.Models.GetValueOrDefault(model, 100) != 0 && !watch.Unconfirmed.Contains(model), Promises.Isolation,
                () => $"{run.Id} failed, and {model} serves {Targets.Models[model]} %");
        }
    }

    /// <summary>The same decisions lead to the same end, whatever went wrong on the way.</summary>
    internal void JudgeAgainst(Simulation calm)
    {
        foreach (var (request, mine) in ByRequest)
        {
            if (!calm.ByRequest.TryGetValue(request, out var theirs) || PlannedStart.IsRandomName(mine.Started!.Playbook.Name) || mine.Started!.Playbook.Digest != theirs.Started!.Playbook.Digest
                || !mine.Decided.Order(StringComparer.Ordinal).SequenceEqual(theirs.Decided.Order(StringComparer.Ordinal)))
                continue;
            Compared++;
            Violation.When(mine.Ended?.Outcome != theirs.Ended?.Outcome, Promises.SameEnd, () => $"{mine.RunId} ended {mine.Ended?.Outcome}; without faults {theirs.Ended?.Outcome}");
            Violation.When(!mine.Ends.SetEquals(theirs.Ends), Promises.SameEnd, () => $"{mine.RunId}: only one of the two has {string.Join(", ", mine.Ends.Except(theirs.Ends).Concat(theirs.Ends.Except(mine.Ends)))}");
            var (here, there) = (EffectsOf(this, mine), EffectsOf(calm, theirs));
            Violation.When(!here.SequenceEqual(there), Promises.SameEnd, () => $"{mine.RunId}: effects {string.Join(", ", here)}; without faults {string.Join(", ", there)}");
        }
    }

    internal int Compared { get; private set; }

    /// <summary>One more isolation for safety does no harm, and late reports may call for it.</summary>
    private static List<string> EffectsOf(Simulation of, RunWatch watch) =>
        [.. of.Targets.Happened.Where(effect => effect.StartsWith(watch.RunId + " ", StringComparison.Ordinal)).Select(effect => effect[(watch.RunId.Length + 1)..]).Where(effect => !effect.StartsWith("@isolate/", StringComparison.Ordinal))];

    private IEnumerable<string> Unsettled() => Shell.Logs.Where(log => !log.Settled).Select(log => $"{log.RunId} after {log.Events.Count} events, the last of them {EventNames.Of(log.Events[^1].Event)}");
}
