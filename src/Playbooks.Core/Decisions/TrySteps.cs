using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary><c>try</c>: when its steps fail, the first arm that takes the kind of error runs instead; then nothing has failed.</summary>
internal static class TrySteps
{
    public static void Decide(Deciding d, StepAt at, Step.Try step, StepState.InBlock block, DateTimeOffset? cap)
    {
        if (block.Caught is { } caught)
        {
            Blocks.Follow(d, at, Walk.List(d, step.Catch[caught.Arm].Steps, at.Place.Inside($"{at.Path}.catch{caught.Arm}", cap)));
            return;
        }
        var progress = Walk.List(d, step.Steps, at.Place.Inside(at.Path + ".steps", cap));
        if (progress is Progress.Failed failed)
        {
            for (var i = 0; i < step.Catch.Length; i++)
            {
                if (step.Catch[i].On.Length == 0 || step.Catch[i].On.Contains(failed.Kind))
                {
                    d.State(new RunEvent.ErrorCaught(at.Path, i, failed.Path, failed.Kind, d.Now));
                    return;
                }
            }
        }
        Blocks.Follow(d, at, progress);
    }
}
