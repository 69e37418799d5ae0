using Playbooks.Core.Definitions.Checking;

namespace Playbooks.Core.Definitions;

/// <summary>
/// Whoever was erased since an artifact was made must not come back with it: every <c>artifacts.restore</c> is followed by
/// <c>erasures.reapply</c> of the same model before the step that recovers.
/// </summary>
public static class PersonalData
{
    /// <summary>The restores that bring erased people back.</summary>
    /// <param name="environment">Tells which models' artifacts hold no personal data; null, and every one is taken to hold some.</param>
    public static IEnumerable<Step.Do> Unerased(Playbook playbook, DeploymentEnvironment? environment)
    {
        var tree = new StepTree([playbook.Steps]);
        var recovers = tree.InOrder.FindIndex(step => step is Step.Do { Recovers: true });
        for (var i = 0; i < tree.InOrder.Count; i++)
        {
            if (tree.InOrder[i] is not Step.Do { Action.Name: Catalogue.Restore } restore || (environment is not null && !HoldsPersonalData(restore, environment)))
                continue;
            var until = recovers > i ? recovers : tree.InOrder.Count;
            if (!tree.InOrder.Take(until).Skip(i + 1).Any(step => step is Step.Do { Action.Name: Catalogue.ReapplyErasures } reapply && Follows(reapply, restore, tree)))
                yield return restore;
        }
    }

    /// <summary>The same model, and whenever the restore ran this one does: it stands in no block that the restore is not in.</summary>
    private static bool Follows(Step.Do reapply, Step.Do restore, StepTree tree)
    {
        var around = tree.Around(restore).ToArray();
        return ModelText.Of(reapply, tree.Around(reapply).Select(outer => outer.Block)) == ModelText.Of(restore, around.Select(outer => outer.Block))
            && tree.Around(reapply).All(outer => MayNotRun(outer.Block) is false || around.Any(other => ReferenceEquals(other.Block, outer.Block) && other.Body == outer.Body));
    }

    private static bool MayNotRun(Step block) => block.When is not null || block.InDrill != InDrill.Run || block is Step.Switch or Step.Try or Step.Parallel { Join: Join.Any };

    private static bool HoldsPersonalData(Step.Do restore, DeploymentEnvironment environment) =>
        ModelText.Literal(restore) is { } name
            ? environment.Models.GetValueOrDefault(name)?.Artifacts.HoldsPersonalData ?? true
            : environment.Models.Values.Any(model => model.Artifacts.HoldsPersonalData);
}
