using System.Collections.Immutable;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>What expressions can read of an alert, whatever monitor it came from.</summary>
internal static class AlertShape
{
    /// <summary>Every field of <c>alert</c>, with what it holds.</summary>
    public static readonly ImmutableArray<(string Name, string Meaning)> All =
    [
        ("id", "The monitor's id of this alert; fired and resolved share it."),
        ("rule", "The rule's name, or a budget's; null where there is none."),
        ("severity", "`Sev0`, the worst, to `Sev4`; null where the monitor gives none."),
        ("service", "What monitors, for example `Platform` or `Log Alerts V2`."),
        ("signalType", "`Metric`, `Log` or `Activity Log` where Azure Monitor sends it."),
        ("condition", "`fired`, and `resolved` once the monitor says that it is over."),
        ("firedAt", "When it was detected."),
        ("resolvedAt", "Null until the monitor says that the condition is over."),
        ("test", "True for what the test button of an action group sends; it starts nothing but drills."),
        ("targets", "Ids of what it is about, an array."),
        ("description", "What the rule's author wrote for people."),
        ("link", "Where people look further."),
        ("originAlertId", "The monitoring service's own id, often the same for the same trouble."),
        ("customProperties", "What the rule's author added, for example `model`."),
        ("context", "Why it fired; see below."),
        ("cut", "Names of what was too long and is cut or left out; missing when nothing was."),
    ];

    /// <summary>How much of an alert a run keeps.</summary>
    public const int KeptMaxBytes = AlertLimits.DataMaxBytes;

    public static readonly string[] Fields = [.. All.Select(field => field.Name)];

    /// <summary>Members of <c>alert.context</c>: the common vocabulary, and what only one monitor knows.</summary>
    public static readonly ImmutableArray<(string Name, string Meaning)> Context =
        [.. AlertContext.Names, ("details", "An object: what else the monitor says, under its own names.")];

    private static readonly string[] WithMembers = ["targets", "customProperties", "context", "cut"];
    private static readonly string[] ContextFields = [.. Context.Select(field => field.Name)];
    private static readonly string[] ContextWithMembers = ["dimensions", "items", "others", "services", "details"];

    /// <summary>Reports a path into <c>alert</c> that leads nowhere.</summary>
    public static void Check(Use use, Reference reference)
    {
        if (reference.Path is not ["alert", var field, ..])
            return;
        if (!Fields.Contains(field))
            Error(use, reference, $"There is no alert.{Definitions.Reading.Fields.Short(field)}.",
                NearestName.Advice(field, Fields, $"Known are {string.Join(", ", Fields)}; what a rule's author added is in alert.customProperties."));
        else if (reference.Path.Length > 2 && !WithMembers.Contains(field))
            Error(use, reference, $"alert.{field} is a single value and has nothing inside.", $"Write alert.{field}.");
        else if (reference.Path is [_, "context", var fact, .. var inside])
            CheckContext(use, reference, fact, inside.Length > 0);
    }

    private static void CheckContext(Use use, Reference reference, string fact, bool goesInside)
    {
        if (!ContextFields.Contains(fact))
            Error(use, reference, $"There is no alert.context.{Definitions.Reading.Fields.Short(fact)}.",
                NearestName.Advice(fact, ContextFields, "What only one monitor knows is in alert.context.details, under its own name."));
        else if (goesInside && !ContextWithMembers.Contains(fact))
            Error(use, reference, $"alert.context.{fact} is a single value and has nothing inside.", $"Write alert.context.{fact}.");
    }

    private static void Error(Use use, Reference reference, string message, string remedy) =>
        use.Node.ErrorInside(use.Offset + reference.Offset, ErrorCodes.UnknownPath, message, remedy);
}
