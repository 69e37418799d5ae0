using Playbooks.Core.Alerts;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions;

/// <summary>Which alerts start which playbook, and with which inputs.</summary>
public static class TriggerMatch
{
    /// <summary>The first trigger that takes the alert; null when none does.</summary>
    public static Trigger.OnAlert? Find(Playbook playbook, Alert alert) =>
        playbook.Triggers.OfType<Trigger.OnAlert>().FirstOrDefault(trigger => Matches(trigger, alert));

    /// <summary>The inputs that the trigger makes of the alert, with defaults, or why a run cannot start with them.</summary>
    public static RunInputs Inputs(Playbook playbook, Trigger.OnAlert trigger, Alert alert)
    {
        var made = JsonTemplate.ResolveFields(trigger.Inputs, JsonData.Object(("alert", alert.ToData())));
        return made.Error is { } error ? new RunInputs.Refused([$"The inputs cannot be made of the alert: {error.Message}"]) : RunInputs.Of(playbook.Inputs, made.Value!);
    }

    private static bool Matches(Trigger.OnAlert trigger, Alert alert) =>
        Like(trigger.Rule, alert.Rule)
        && (trigger.Severity.IsDefaultOrEmpty || trigger.Severity.Contains(alert.Severity ?? ""))
        && Like(trigger.Service, alert.Service ?? "")
        && (trigger.Target is null || alert.Targets.Any(target => Like(trigger.Target, target)))
        && trigger.CustomProperties.All(property => alert.CustomProperties[property.Key]?.AsString() is { } value && Like(property.Value, value));

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
