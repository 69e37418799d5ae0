using System.Collections.Immutable;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Checking;

/// <summary>Follows every path through the steps: what an expression reads must be known there, a jump leads forward, every step can be reached.</summary>
internal sealed class FlowCheck(Subject subject)
{
    private readonly ReferenceCheck references = new(subject);
    private readonly Dictionary<Step, Known> atApproval = new(ReferenceEqualityComparer.Instance);

    public void Run()
    {
        references.BeforeDetection = true;
        Walk(subject.Inject, Known.Nothing);
        references.BeforeDetection = false;
        var after = Walk(subject.Draft.Steps, Known.Nothing);
        // Finally runs whatever happened, so nothing is sure.
        Walk(subject.Finally, after with { Sure = Known.Nothing.Sure, Reachable = true });
        foreach (var (approval, known) in atApproval)
            CheckCovered((Step.Approve)approval, known);
    }

    private Known Walk(ImmutableArray<Step> list, Known at)
    {
        var jumps = new Dictionary<string, Known>(StringComparer.Ordinal);
        for (var i = 0; i < list.Length; i++)
        {
            var step = list[i];
            if (jumps.Remove(step.Id, out var arriving))
                at = at.Or(arriving);
            if (!at.Reachable)
            {
                subject.NodeOf(step).Error(ErrorCodes.NeverReached, $"The step '{subject.Written(step)}' is never reached.", "Give the step that ends the run before it a when, or remove this one.");
                at = at with { Reachable = true };
            }
            CheckUses(step, at, UseAt.Start);
            if (step is Step.Approve)
                atApproval[step] = at;
            foreach (var target in Targets(step))
            {
                if (list.Skip(i + 1).Any(later => later.Id == target))
                {
                    var jump = at.After(step, sure: false);
                    jumps[target] = jumps.TryGetValue(target, out var other) ? other.Or(jump) : jump;
                }
            }
            at = Inside(step, at).After(step, SurelySucceeds(step));
            if (step is Step.Finish { When: null })
                at = at with { Reachable = false };
        }
        return at;
    }

    /// <summary>Checks what is inside a block; answers what can be read behind it, but for the block itself.</summary>
    private Known Inside(Step step, Known at)
    {
        switch (step)
        {
            case Step.Parallel parallel:
                foreach (var branch in parallel.Branches)
                    Walk(branch.Steps, at);
                return at;
            case Step.ForEach forEach:
                Walk(forEach.Steps, at with { Repeats = true });
                return at;
            case Step.Repeat repeat:
                CheckUses(repeat, Walk(repeat.Steps, at with { Repeats = true }), UseAt.AfterBody);
                return at;
            case Step.Switch choice:
                return choice.Arms.Select(arm => arm.Steps).Append(choice.Default).Aggregate(at, (known, arm) => known.WithMaybe(Walk(arm, at)));
            case Step.Try attempt:
                var tried = at.WithMaybe(Walk(attempt.Steps, at));
                return attempt.Catch.Aggregate(tried, (known, arm) => known.WithMaybe(Walk(arm.Steps, tried)));
            case Step.Inline inline:
                Walk(inline.Steps, Known.Nothing);
                return at;
            default:
                return at;
        }
    }

    private void CheckUses(Step step, Known at, UseAt when)
    {
        foreach (var use in subject.Facts[step].Uses.Where(use => use.At == UseAt.AfterBody == (when == UseAt.AfterBody)))
            references.Check(use, subject.Facts[step].Scope, at);
    }

    /// <summary>People decide on the inputs that they are shown, so nothing that comes later may change them.</summary>
    private void CheckCovered(Step.Approve approval, Known known)
    {
        foreach (var covered in approval.Covers.Select(subject.Tree.Find).OfType<Step>().SelectMany(step => step.WithDescendants()))
        {
            var scope = subject.Facts[covered].Scope;
            foreach (var use in subject.Facts[covered].Uses.Where(use => use.At != UseAt.Undo))
            {
                foreach (var reference in use.References.Where(reference => reference.Path is ["steps", _, ..] && !known.Ended.ContainsKey(scope.Prefix + reference.Path[1])
                    && subject.Tree.Find(scope.Prefix + reference.Path[1]) is not null))
                    use.Node.ErrorInside(use.Offset + reference.Offset, ErrorCodes.NotKnownBeforeApproval,
                        $"'{subject.Written(covered)}' is covered by '{subject.Written(approval)}' but uses '{reference.Path[1]}', which is not known when people decide.",
                        "Use only what is known before the approval, or put a second approval later.");
            }
        }
    }

    private static bool SurelySucceeds(Step step) => step is { When: null, InDrill: not InDrill.Skip } && step.OnFailure is not OnFailure.Continue;

    private static IEnumerable<string> Targets(Step step)
    {
        if (step.OnFailure is OnFailure.Goto onFailure)
            yield return onFailure.Step;
        if (step is Step.Approve { OnTimeout: OnTimeout.Goto onTimeout })
            yield return onTimeout.Step;
    }
}
