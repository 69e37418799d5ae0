using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>What all blocks share: their start, their deadline, their draining and their end.</summary>
internal static class Blocks
{
    public static void Begin(Deciding d, StepAt at)
    {
        switch (at.Step)
        {
            case Step.ForEach forEach:
                ForEachSteps.Begin(d, at, forEach);
                break;
            case Step.Switch choice:
                SwitchSteps.Begin(d, at, choice);
                break;
            case Step.Inline inline:
                if (StartStep.Resolve(d, at, inline.With, "Its inputs") is { } inputs)
                    d.State(new RunEvent.StepStarted(at.Path, d.Now) { Inputs = inputs });
                break;
            default:
                d.State(new RunEvent.StepStarted(at.Path, d.Now));
                break;
        }
    }

    public static void Decide(Deciding d, StepAt at, StepState.InBlock block)
    {
        var cap = block.StartedAt + TimeoutOf(at.Step);
        if (d.Run.Drains.TryGetValue(at.Path, out var drain))
        {
            if (Drains.IsQuiet(d, at.Path))
                Failing.Fail(d, at, drain.Kind ?? ErrorKind.Timeout, drain.Message);
            return;
        }
        if (cap is { } deadline && d.Due("block/" + at.Path, deadline))
        {
            d.State(new RunEvent.BlockDraining(at.Path, ErrorKind.Timeout, $"It did not end within {System.Xml.XmlConvert.ToString(TimeoutOf(at.Step)!.Value)}.", d.Now));
            return;
        }
        switch (at.Step)
        {
            case Step.Parallel parallel:
                ParallelSteps.Decide(d, at, parallel, cap);
                break;
            case Step.ForEach forEach:
                ForEachSteps.Decide(d, at, forEach, block, cap);
                break;
            case Step.Repeat repeat:
                RepeatSteps.Decide(d, at, repeat, block, cap);
                break;
            case Step.Switch choice:
                SwitchSteps.Decide(d, at, choice, block, cap);
                break;
            case Step.Try attempt:
                TrySteps.Decide(d, at, attempt, block, cap);
                break;
            case Step.Inline inline:
                Follow(d, at, Walk.List(d, inline.Steps, at.Place.Inside(at.Path, cap)));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>The block ends as its one body ends.</summary>
    public static void Follow(Deciding d, StepAt at, Progress progress)
    {
        if (progress is Progress.Done)
            Succeed(d, at);
        else if (progress is Progress.Failed failed)
            Failing.Fail(d, at, failed.Kind, $"{failed.Path} failed: {failed.Message}");
    }

    /// <summary>A block's own output is made from its steps' when somebody reads it.</summary>
    public static void Succeed(Deciding d, StepAt at) => d.State(new RunEvent.StepSucceeded(at.Path, JsonData.EmptyObject, d.Now));

    private static TimeSpan? TimeoutOf(Step step) => step switch
    {
        Step.Parallel block => block.Timeout,
        Step.ForEach block => block.Timeout,
        Step.Repeat block => block.Timeout,
        Step.Switch block => block.Timeout,
        Step.Try block => block.Timeout,
        Step.Inline block => block.Timeout,
        _ => null,
    };
}
