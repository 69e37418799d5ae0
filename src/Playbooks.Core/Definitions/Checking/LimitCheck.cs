using System.Collections.Immutable;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>Bounds on what a run may have to keep: step instances and undo records, as products of the bounds of blocks.</summary>
internal sealed class LimitCheck(Subject subject)
{
    public void Run()
    {
        var all = Instances(subject.Draft.Steps, _ => true) + subject.Finally.Length + subject.Inject.Length;
        var steps = subject.Draft.Document.Root.Property("steps") ?? subject.Draft.Document.Root;
        if (all > Limits.StepInstancesMax)
            steps.ErrorAtName(ErrorCodes.TooManyInstances, $"A run could have {all} step instances, more than {Limits.StepInstancesMax}.", "Lower maxItems or maxTimes.");
        var undos = Instances(subject.Draft.Steps, IsUndone);
        if (undos > Limits.UndoRecordsMax)
            steps.ErrorAtName(ErrorCodes.TooManyUndos, $"A run could have to undo {undos} steps, more than {Limits.UndoRecordsMax}.", "Lower maxItems or maxTimes around steps that change something.");
    }

    private static bool IsUndone(Step step) => step is Step.Do { Undo: not null } or Step.Do { Action.Name: Catalogue.Rejoin };

    private static long Instances(ImmutableArray<Step> steps, Func<Step, bool> counts) =>
        // At most 500 steps in 8 blocks of 1,000 each: the sum stops growing long before a long would overflow.
        Math.Min(steps.Sum(step => (counts(step) ? 1 : 0) + (Times(step) * step.Bodies().Sum(body => Instances(body.Steps, counts)))), 1_000_000_000);

    private static long Times(Step step) => step switch
    {
        Step.ForEach forEach => forEach.MaxItems,
        Step.Repeat repeat => repeat.MaxTimes,
        _ => 1,
    };
}
