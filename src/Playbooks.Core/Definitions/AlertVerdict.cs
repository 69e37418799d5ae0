using System.Collections.Immutable;
using Playbooks.Core.Alerts;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions;

/// <summary>What an alert does to a playbook, before any environment or run is looked at.</summary>
public abstract record AlertVerdict
{
    private AlertVerdict() { }

    /// <summary>A run may start with these inputs.</summary>
    /// <param name="Trigger">Place in the playbook's <c>triggers</c>, from 0; the first that takes the alert.</param>
    /// <param name="DrillOnly">True for a test payload: nothing has happened, so only a drill may start.</param>
    public sealed record Starts(int Trigger, JsonData Inputs, bool DrillOnly) : AlertVerdict;

    /// <summary>The trigger takes it, but no run may start with the inputs that it makes. The alert is kept, and the owner is told.</summary>
    public sealed record InputsRefused(int Trigger, ImmutableArray<string> Reasons) : AlertVerdict;

    /// <summary>The condition is over. It starts nothing and cancels nothing; a run that this alert started learns of it.</summary>
    public sealed record Resolves(int Trigger) : AlertVerdict;

    /// <summary>No trigger takes it.</summary>
    /// <param name="Missed">Every trigger on alerts or dead letters with its reasons; empty when the playbook has none.</param>
    public sealed record NotTaken(ImmutableArray<MissedTrigger> Missed) : AlertVerdict;

    public static AlertVerdict Of(Playbook playbook, Alert alert)
    {
        var missed = ImmutableArray.CreateBuilder<MissedTrigger>();
        foreach (var (place, trigger) in playbook.Triggers.Index())
        {
            if (!TriggerMatch.TakesAlerts(trigger))
                continue;
            var mismatches = TriggerMatch.Mismatches(trigger, alert);
            if (mismatches.IsEmpty)
                return Taken(playbook, place, trigger, alert);
            missed.Add(new MissedTrigger(place, mismatches));
        }
        return new NotTaken(missed.DrainToImmutable());
    }

    private static AlertVerdict Taken(Playbook playbook, int place, Trigger trigger, Alert alert)
    {
        if (alert.Condition is AlertCondition.Resolved)
            return new Resolves(place);
        return TriggerMatch.Inputs(playbook, trigger, alert) switch
        {
            RunInputs.Refused refused => new InputsRefused(place, refused.Reasons),
            RunInputs.Accepted accepted => RunInputs.SizeProblem(accepted.Values, alert.ToData()) is { } problem
                ? new InputsRefused(place, [problem]) : new Starts(place, accepted.Values, alert.IsTest),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}

/// <param name="Trigger">Place in the playbook's <c>triggers</c>, from 0.</param>
/// <param name="Mismatches">Never empty.</param>
public sealed record MissedTrigger(int Trigger, ImmutableArray<Mismatch> Mismatches);
