using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary><c>parallel</c>: branches at once; <c>all</c> must succeed, or <c>any</c> one and the losers are drained.</summary>
internal static class ParallelSteps
{
    public static void Decide(Deciding d, StepAt at, Step.Parallel step, DateTimeOffset? cap)
    {
        var progress = step.Branches.Select(branch => Go(d, at, branch, cap)).ToList();
        var failed = progress.OfType<Progress.Failed>().FirstOrDefault();
        var decided = step.Join switch
        {
            Join.All => failed is not null || progress.TrueForAll(branch => branch is Progress.Done),
            Join.Any => progress.Exists(branch => branch is Progress.Done) || progress.TrueForAll(branch => branch is Progress.Failed),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (!decided)
            return;
        var won = step.Join == Join.Any ? progress.Exists(branch => branch is Progress.Done) : failed is null;
        if (!OthersAreQuiet(d, at, step, progress))
            return;
        if (won)
            Blocks.Succeed(d, at);
        else
            Failing.Fail(d, at, failed!.Kind, $"{failed.Path} failed: {failed.Message}");
    }

    private static Progress Go(Deciding d, StepAt at, Branch branch, DateTimeOffset? cap)
    {
        var body = at.Path + "." + branch.Name;
        if (!d.Run.Drains.ContainsKey(body))
            return Walk.List(d, branch.Steps, at.Place.Inside(body, cap));
        Drains.IsQuiet(d, body);
        return new Progress.Going();
    }

    /// <summary>Drains the branches that still go on. Facts of this asking come first; they may end a branch by themselves.</summary>
    private static bool OthersAreQuiet(Deciding d, StepAt at, Step.Parallel step, List<Progress> progress)
    {
        var quiet = true;
        for (var i = 0; i < progress.Count; i++)
        {
            var body = at.Path + "." + step.Branches[i].Name;
            if (progress[i] is not Progress.Going)
                continue;
            if (!d.Run.Drains.ContainsKey(body))
            {
                d.State(new RunEvent.BlockDraining(body, null, "The block is decided without this branch.", d.Now));
                quiet = false;
            }
            else
            {
                quiet &= !d.Run.Steps.Open.Any(inner => inner.Key.StartsWith(body + "/", StringComparison.Ordinal));
            }
        }
        return quiet;
    }
}
