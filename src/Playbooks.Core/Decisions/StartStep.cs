using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>What happens when a step is reached.</summary>
internal static class StartStep
{
    public static void Decide(Deciding d, Step step, string path, Place place, ImmutableArray<Step> list)
    {
        if (!d.MayStart)
            return;
        // A step that failed before it could start, and was skipped by a person instead of retried.
        if (d.Run.SkipWhenReached.TryGetValue(path, out var reason))
        {
            d.State(new RunEvent.StepSkipped(path, reason, d.Now));
            return;
        }
        if (d.Run.Mode == RunMode.Drill && step.InDrill == InDrill.Skip)
        {
            d.State(new RunEvent.StepSkipped(path, "the playbook skips it in drills", d.Now));
            return;
        }
        var at = new StepAt(step, path, place, list);
        if (step.When is { } when)
        {
            var decided = when.Evaluate(Scope.For(d.Run, place.Body));
            if (decided.Error is { } error)
            {
                Failing.Fail(d, at, ErrorKind.Invalid, $"'when' cannot be evaluated: {error.Message}");
                return;
            }
            if (!Evaluator.IsTrue(decided.Value!))
            {
                d.State(new RunEvent.StepSkipped(path, $"when is false: {when.Text}", d.Now));
                return;
            }
        }
        Begin(d, at);
    }

    private static void Begin(Deciding d, StepAt at)
    {
        switch (at.Step)
        {
            case Step.Do act:
                DoSteps.Begin(d, at, act);
                break;
            case Step.Approve approve:
                ApproveSteps.Open(d, at, approve, 1);
                break;
            case Step.ManualTask task:
                TaskSteps.Begin(d, at, task);
                break;
            case Step.Wait wait:
                WaitSteps.Begin(d, at, wait);
                break;
            case Step.Finish finish:
                FinishSteps.Decide(d, at, finish);
                break;
            default:
                Blocks.Begin(d, at);
                break;
        }
    }

    /// <summary>Resolves inputs for a step; fails the step and gives null where they cannot be.</summary>
    public static JsonData? Resolve(Deciding d, StepAt at, ImmutableArray<TemplateField> fields, string what)
    {
        var resolved = JsonTemplate.ResolveFields(fields, Scope.For(d.Run, at.Place.Body));
        if (resolved.Error is null)
            return resolved.Value;
        Failing.Fail(d, at, ErrorKind.Invalid, $"{what} cannot be resolved: {resolved.Error.Message}");
        return null;
    }
}
