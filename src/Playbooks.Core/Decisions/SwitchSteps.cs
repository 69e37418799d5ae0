using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Decisions;

/// <summary><c>switch</c>: the first arm that is true.</summary>
internal static class SwitchSteps
{
    public static void Begin(Deciding d, StepAt at, Step.Switch step)
    {
        var scope = Scope.For(d.Run, at.Place.Body);
        for (var i = 0; i < step.Arms.Length; i++)
        {
            var when = step.Arms[i].When.Evaluate(scope);
            if (when.Error is { } error)
            {
                Failing.Fail(d, at, ErrorKind.Invalid, $"The condition of arm {i + 1} cannot be evaluated: {error.Message}");
                return;
            }
            if (Evaluator.IsTrue(when.Value!))
            {
                d.State(new RunEvent.StepStarted(at.Path, d.Now) { Arm = "arm" + i });
                return;
            }
        }
        d.State(new RunEvent.StepStarted(at.Path, d.Now) { Arm = "default" });
    }

    public static void Decide(Deciding d, StepAt at, Step.Switch step, StepState.InBlock block, DateTimeOffset? cap)
    {
        var body = step.Bodies().First(body => body.Name == block.Arm);
        Blocks.Follow(d, at, Walk.List(d, body.Steps, at.Place.Inside(at.Path + "." + body.Name, cap)));
    }
}
