using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using static Playbooks.Core.Definitions.AccessRole;

namespace Playbooks.Web.Access;

/// <summary>
/// Who may do what: the one table that every door asks. What stands in no row is allowed to nobody. It opens the door and no more: who decides on an
/// approval, confirms a task or gives orders in a run is judged by the groups that the playbook names.
/// </summary>
public static class AccessTable
{
    private static readonly ImmutableSortedDictionary<Operation, ImmutableArray<AccessRole>> Rows = new Dictionary<Operation, ImmutableArray<AccessRole>>
    {
        [Operation.ViewRuns] = [Author, Operator, Approver, Commander, Auditor],
        // What strangers sent is no reading for those who have nothing to do with an incident.
        [Operation.ViewAlerts] = [Operator, Approver, Commander, Auditor],
        [Operation.ViewPlaybooks] = [Author, Operator, Approver, Commander, Auditor],
        [Operation.ViewHealth] = [Author, Operator, Approver, Commander, Auditor],
        [Operation.DownloadEvidence] = [Commander, Auditor],
        [Operation.StartRun] = [Operator],
        [Operation.StartDrill] = [Author, Operator],
        [Operation.Vote] = [Approver],
        [Operation.ConfirmTask] = [Operator],
        [Operation.GiveOrder] = [Commander],
        [Operation.SendSignal] = [Operator],
    }.ToImmutableSortedDictionary();

    /// <summary>Roles of which each is enough.</summary>
    public static ImmutableArray<AccessRole> RolesFor(Operation operation) => Rows.TryGetValue(operation, out var roles) ? roles : [];

    public static bool Allows(IEnumerable<AccessRole> held, Operation operation) => held.Any(RolesFor(operation).Contains);

    /// <summary>Whether it only looks. Everything else changes something, and is done by people alone.</summary>
    public static bool OnlyLooks(Operation operation) =>
        operation is Operation.ViewRuns or Operation.ViewAlerts or Operation.ViewPlaybooks or Operation.ViewHealth or Operation.DownloadEvidence;
}
