using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Scenarios;

/// <summary>Whether what a scenario scripts exists in the playbook: a name that fits nothing would never be asked for, and the scenario would play something else than it says.</summary>
public static class ScenarioFit
{
    private const string Undo = "~undo";
    /// <summary>An isolation because the run failed; it belongs to a model and to no step.</summary>
    private const string Safety = "~safety";

    /// <summary>One sentence for each name that fits nothing; empty when all fit.</summary>
    public static ImmutableArray<string> Problems(Scenario scenario, Playbook playbook) =>
    [
        .. Misfits("actions", "action", scenario.Actions.Keys, path => path.EndsWith(Safety, StringComparison.Ordinal) || StepPaths.Find(playbook, WithoutUndo(path)) is Step.Do),
        .. Misfits("votes", "approval", scenario.Votes.Keys, path => StepPaths.Find(playbook, path) is Step.Approve),
        .. Misfits("tasks", "task", scenario.Tasks.Keys, path => StepPaths.Find(playbook, path) is Step.ManualTask),
        .. Misfits("orders", "step", scenario.Orders.Select(order => order.Path).Where(path => path.Length > 0), path => StepPaths.Find(playbook, path) is not null),
    ];

    private static IEnumerable<string> Misfits(string field, string kind, IEnumerable<string> paths, Func<string, bool> exists) => paths.Where(path => !exists(path))
        .Select(path => $"{field}: the playbook has no {kind} '{path}'. A step inside a block is named by its whole path, for example untouched.arm0/standDown.");

    private static string WithoutUndo(string path) => path.EndsWith(Undo, StringComparison.Ordinal) ? path[..^Undo.Length] : path;
}
