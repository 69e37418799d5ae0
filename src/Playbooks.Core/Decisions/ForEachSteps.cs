using System.Text.Json;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary><c>forEach</c>: the body once per item, so many at a time.</summary>
internal static class ForEachSteps
{
    public static void Begin(Deciding d, StepAt at, Step.ForEach step)
    {
        var items = step.Items.Resolve(Scope.For(d.Run, at.Place.Body));
        if (items.Error is { } error)
            Failing.Fail(d, at, ErrorKind.Invalid, $"'items' cannot be resolved: {error.Message}");
        else if (items.Value!.Kind != JsonValueKind.Array)
            Failing.Fail(d, at, ErrorKind.Invalid, "'items' gives no array.");
        else if (items.Value.Elements.Length > step.MaxItems)
            Failing.Fail(d, at, ErrorKind.Invalid, $"'items' gives {items.Value.Elements.Length} items; maxItems is {step.MaxItems}.");
        else
            d.State(new RunEvent.StepStarted(at.Path, d.Now) { Items = items.Value });
    }

    public static void Decide(Deciding d, StepAt at, Step.ForEach step, StepState.InBlock block, DateTimeOffset? cap)
    {
        var failures = block.Iterations.Failed;
        if (TooMany(step, failures, block.Items.Length) && block.Iterations.FirstFailed is { } first)
        {
            d.State(new RunEvent.BlockDraining(at.Path, FirstKind(d, at, first),
                $"{failures} of {block.Items.Length} iterations failed, the first at index {first}.", d.Now));
            return;
        }
        var running = 0;
        foreach (var index in block.Iterations.Running)
        {
            running++;
            var progress = Walk.List(d, step.Steps, at.Place.Inside($"{at.Path}[{index}]", cap));
            if (progress is not Progress.Going)
                d.State(new RunEvent.IterationEnded(at.Path, index, progress is Progress.Failed, d.Now));
        }
        for (var next = block.Iterations.Count; d.MayStart && next < block.Items.Length && running < step.Concurrency; next++, running++)
            d.State(new RunEvent.IterationStarted(at.Path, next, d.Now));
        if (running == 0 && block.Iterations.Count == block.Items.Length)
            Blocks.Succeed(d, at);
    }

    private static bool TooMany(Step.ForEach step, int failures, int items) =>
        failures > 0 && (step.StopAtErrorPercent is not { } percent || failures * 100 > percent * items);

    private static ErrorKind FirstKind(Deciding d, StepAt at, int index) => d.Run.Steps.All
        .Where(step => step.Key.StartsWith($"{at.Path}[{index}]/", StringComparison.Ordinal)).OrderBy(step => step.Key, StringComparer.Ordinal)
        .Select(step => step.Value).OfType<StepState.Failed>().FirstOrDefault(failed => failed.Stops)?.Kind ?? ErrorKind.Invalid;
}
