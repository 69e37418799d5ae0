using System.Collections.Immutable;
using Playbooks.Core.Alerts;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions;

/// <summary>One thing that a trigger asks for and an alert does not have.</summary>
/// <param name="What">Field of the trigger, for example <c>rule</c> or <c>customProperties.model</c>.</param>
/// <param name="Wanted">The trigger's pattern, or its patterns joined by "or".</param>
/// <param name="Found">What the alert says there; null when it says nothing. Written by strangers: escape it where it is shown.</param>
public sealed record Mismatch(string What, string Wanted, string? Found);

/// <summary>Which alerts start which playbook, and with which inputs.</summary>
public static class TriggerMatch
{
    private const int TargetsShownMax = 3;

    /// <summary>The first trigger that takes the alert; null when none does. Whether the alert has fired is not asked here.</summary>
    public static Trigger? Find(Playbook playbook, Alert alert) =>
        playbook.Triggers.FirstOrDefault(trigger => TakesAlerts(trigger) && Mismatches(trigger, alert).IsEmpty);

    /// <summary>Whether it is an alert that starts it, be it a monitor's or the host's own.</summary>
    public static bool TakesAlerts(Trigger trigger) => trigger is not Trigger.OnSchedule;

    /// <summary>
    /// Why the trigger does not take the alert, and, being empty, that it does: the one place that decides it. Looks at the whole alert, also at what is cut
    /// in a run.
    /// </summary>
    /// <param name="trigger">One that <see cref="TakesAlerts"/>.</param>
    public static ImmutableArray<Mismatch> Mismatches(Trigger trigger, Alert alert) => trigger switch
    {
        Trigger.OnAlert onAlert => OfMonitor(onAlert, alert),
        Trigger.OnDeadLetters letters => OfDeadLetters(letters, alert),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>What a host has counted starts only what asks for it, so that one playbook's trigger on dead letters changes nothing for another's on any alert.</summary>
    private static ImmutableArray<Mismatch> OfMonitor(Trigger.OnAlert trigger, Alert alert)
    {
        if (DeadLetterAlert.IsReserved(alert))
            return [new("service", $"{trigger.Service ?? "*"} but not what this host counts", alert.Service)];
        var wrong = ImmutableArray.CreateBuilder<Mismatch>();
        if (!Like(trigger.Rule, alert.Rule ?? ""))
            wrong.Add(new("rule", trigger.Rule!, alert.Rule));
        if (!trigger.Severity.IsDefaultOrEmpty && !trigger.Severity.Contains(alert.Severity ?? ""))
            wrong.Add(new("severity", string.Join(" or ", trigger.Severity), alert.Severity));
        if (!Like(trigger.Service, alert.Service ?? ""))
            wrong.Add(new("service", trigger.Service!, alert.Service));
        if (trigger.Target is { } pattern && !alert.Targets.Any(target => Like(pattern, target)))
            wrong.Add(new("target", pattern, Shown(alert.Targets)));
        foreach (var (name, wanted) in trigger.CustomProperties)
        {
            if (alert.CustomProperties[name]?.AsString() is not { } value || !Like(wanted, value))
                wrong.Add(new("customProperties." + name, wanted, alert.CustomProperties[name] is { } other ? other.AsString() ?? other.Text : null));
        }
        return wrong.DrainToImmutable();
    }

    private static ImmutableArray<Mismatch> OfDeadLetters(Trigger.OnDeadLetters trigger, Alert alert)
    {
        if (DeadLetterAlert.Of(alert) is not { } counted)
            return [new("service", DeadLetterAlert.Service, alert.Service)];
        var wrong = ImmutableArray.CreateBuilder<Mismatch>();
        if (counted.Queue != trigger.Queue)
            wrong.Add(new("queue", trigger.Queue, counted.Queue));
        // Not "as many or more": each threshold that is watched has an alert of its own.
        if (counted.AtLeast != trigger.AtLeast)
            wrong.Add(new("atLeast", Number(trigger.AtLeast), Number(counted.AtLeast)));
        return wrong.DrainToImmutable();
    }

    /// <summary>The inputs that the trigger makes of the alert, with defaults, or why a run cannot start with them.</summary>
    public static RunInputs Inputs(Playbook playbook, Trigger trigger, Alert alert)
    {
        var made = JsonTemplate.ResolveFields(trigger.Inputs, JsonData.Object(("alert", alert.ToData())));
        return made.Error is { } error ? new RunInputs.Refused([$"The inputs cannot be made of the alert: {error.Message}"]) : RunInputs.Of(playbook.Inputs, made.Value!);
    }

    private static string Number(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string? Shown(IReadOnlyList<string> targets) => targets.Count == 0 ? null
        : string.Join(", ", targets.Take(TargetsShownMax)) + (targets.Count > TargetsShownMax ? ", …" : "");

    /// <summary>Whether the text fits a pattern in which <c>*</c> stands for anything; without regard to case, as Azure names are.</summary>
    internal static bool Like(string? pattern, string text)
    {
        if (pattern is null)
            return true;
        var parts = pattern.Split('*');
        if (parts.Length == 1)
            return string.Equals(pattern, text, StringComparison.OrdinalIgnoreCase);
        if (!text.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase))
            return false;
        var from = parts[0].Length;
        foreach (var part in parts[1..^1])
        {
            var found = text.IndexOf(part, from, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
                return false;
            from = found + part.Length;
        }
        return text.Length - from >= parts[^1].Length && text.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }
}
