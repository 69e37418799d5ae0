using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Decisions;

/// <summary><c>repeat</c>: the body until a condition holds, so many times at most, with a pause between.</summary>
internal static class RepeatSteps
{
    public static void Decide(Deciding d, StepAt at, Step.Repeat step, StepState.InBlock block, DateTimeOffset? cap)
    {
        var round = block.Iterations.Count - 1;
        if (round < 0)
        {
            d.State(new RunEvent.IterationStarted(at.Path, 0, d.Now));
            return;
        }
        var body = $"{at.Path}[{round}]";
        if (block.Iterations.ByIndex[round] == Iteration.Running)
        {
            var progress = Walk.List(d, step.Steps, at.Place.Inside(body, cap));
            if (progress is Progress.Failed failed)
                Failing.Fail(d, at, failed.Kind, $"{failed.Path} failed: {failed.Message}");
            else if (progress is Progress.Done)
                d.State(new RunEvent.IterationEnded(at.Path, round, false, d.Now));
            return;
        }
        var until = step.Until.Evaluate(Scope.For(d.Run, body));
        if (until.Error is { } error)
            Failing.Fail(d, at, ErrorKind.Invalid, $"'until' cannot be evaluated: {error.Message}");
        else if (Evaluator.IsTrue(until.Value!))
            Blocks.Succeed(d, at);
        else if (round + 1 >= step.MaxTimes)
            Failing.Fail(d, at, ErrorKind.Timeout, $"After {step.MaxTimes} rounds it still does not hold: {step.Until.Text}");
        else if (d.MayStart && d.Due("repeat/" + at.Path, EndOf(d, step, body, block) + step.Every))
            d.State(new RunEvent.IterationStarted(at.Path, round + 1, d.Now));
    }

    private static DateTimeOffset EndOf(Deciding d, Step.Repeat step, string body, StepState.InBlock block) => step.Steps
        .Select(inner => d.StateOf(new Place(body, null).PathOf(inner)))
        .OfType<StepState.Ended>().Select(ended => ended.At).DefaultIfEmpty(block.StartedAt).Max();
}
