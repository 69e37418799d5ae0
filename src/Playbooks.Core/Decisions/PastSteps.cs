using System.Collections.Immutable;

namespace Playbooks.Core.Decisions;

/// <summary>
/// How many steps of a list are over, from its start: a decision then looks at the step that is next and not at all before it. It may say
/// fewer than there are, never more.
/// </summary>
internal static class PastSteps
{
    /// <summary>Lists inside blocks are looked through up to here: else each of a block's thousand iterations would have its count.</summary>
    private const int LookedThroughMax = 16;

    /// <summary>In the place of a count, where a person ordered a step that was over to be done again: what is over is then not all in front.</summary>
    private const int Unordered = -1;

    public static int Of(Run run, string body) => run.PastSteps.TryGetValue(body, out var past) && past > 0 ? past : 0;

    /// <summary>Whether no step is over behind one that is not.</summary>
    public static bool AreInOrder(Run run, string body) => !run.PastSteps.TryGetValue(body, out var past) || past != Unordered;

    /// <summary>A step is over and the list goes on behind it. <c>finally</c> is no list in this sense: its steps are done one by one.</summary>
    public static Run Passed(Run run, string path, Listed step)
    {
        var body = StepPaths.BodyOf(path);
        return (body.Length == 0 || (step.Of > LookedThroughMax && body != Place.Finally)) && run.PastSteps.GetValueOrDefault(body) == step.Place
            ? run with { PastSteps = run.PastSteps.SetItem(body, step.Place + 1) }
            : run;
    }

    /// <summary>A step that was over begins anew.</summary>
    public static Run Reopened(Run run, string path) => run with { PastSteps = run.PastSteps.SetItem(StepPaths.BodyOf(path), Unordered) };
}
