using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>What expressions can read of an alert, whatever monitor it came from.</summary>
internal static class AlertShape
{
    /// <summary><c>resolvedAt</c> is null until the monitor says that the condition is over.</summary>
    public static readonly string[] Fields = ["id", "rule", "severity", "service", "firedAt", "resolvedAt", "targets", "description", "customProperties"];

    private static readonly string[] WithMembers = ["targets", "customProperties"];

    /// <summary>Reports a path into <c>alert</c> that leads nowhere.</summary>
    public static void Check(Use use, Reference reference)
    {
        if (reference.Path is not ["alert", var field, ..])
            return;
        if (!Fields.Contains(field))
            use.Node.ErrorInside(use.Offset + reference.Offset, ErrorCodes.UnknownPath, $"There is no alert.{Definitions.Reading.Fields.Short(field)}.",
                NearestName.Advice(field, Fields, $"Known are {string.Join(", ", Fields)}; what a rule's author added is in alert.customProperties."));
        else if (reference.Path.Length > 2 && !WithMembers.Contains(field))
            use.Node.ErrorInside(use.Offset + reference.Offset, ErrorCodes.UnknownPath, $"alert.{field} is a single value and has nothing inside.", $"Write alert.{field}.");
    }
}
