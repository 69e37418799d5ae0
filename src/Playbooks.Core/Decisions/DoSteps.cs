using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary><c>do</c>: an action of the catalogue.</summary>
internal static class DoSteps
{
    public static void Begin(Deciding d, StepAt at, Step.Do step)
    {
        if (step.Recovers && NotAllBack(d) is { } wrong)
        {
            Failing.Fail(d, at, ErrorKind.Integrity, wrong);
            return;
        }
        if (!ApproveSteps.Allows(d, at))
            return;
        if ((step.ConstantWith ?? StartStep.Resolve(d, at, step.With, "Its inputs")) is not { } inputs)
            return;
        if (MissingInput(step.Action, inputs) is { } missing)
        {
            Failing.Fail(d, at, ErrorKind.Invalid, $"{step.Action.Name} needs '{missing}', which is null here.");
            return;
        }
        JsonData? undo = null;
        if (step.Undo is { } rule && (undo = StartStep.Resolve(d, at, rule.With, "The inputs of its undo")) is null)
            return;
        d.State(new RunEvent.StepStarted(at.Path, d.Now)
        {
            Inputs = inputs,
            UndoInputs = undo,
            Simulated = d.Run.Mode == RunMode.Drill && step.InDrill == InDrill.Simulate,
        });
    }

    public static void Decide(Deciding d, StepAt at, Step.Do step, StepState.Acting acting)
    {
        switch (Attempts.Decide(d, WorkOf(step, at.Path, at.Place.Cap, acting), acting.Stage, stopping: false))
        {
            case Tried.Going:
                break;
            case Tried.Done done:
                Succeed(d, at, step, acting, done.Output);
                break;
            case Tried.GivenUp failed:
                Failing.Fail(d, at, failed.Kind, failed.Message);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public static Work WorkOf(Step.Do step, string path, DateTimeOffset? cap, StepState.Acting acting) =>
        new(path, Purpose.Do, step.Action, acting.Inputs, step.Timeout, step.Retry, acting.Redo, acting.AttemptsBefore, cap)
        {
            UndoInputs = acting.UndoInputs,
            Simulate = acting.Simulated,
        };

    /// <summary>Null when every model that this run isolated serves all of its requests again.</summary>
    public static string? NotAllBack(Deciding d)
    {
        var partly = d.Run.Models.Where(model => model.Value != 100).Select(model => $"{model.Key} is at {model.Value} %")
            .Concat(MaybeIsolated(d).Select(model => $"nobody knows whether {model} was isolated")).ToList();
        return partly.Count == 0 ? null : $"Not recovered: {string.Join(", ", partly)}.";
    }

    /// <summary>Models whose isolation never reported, and which nothing has been heard of since.</summary>
    private static IEnumerable<string> MaybeIsolated(Deciding d) => d.Run.Steps.Effects.Select(effect => effect.Value)
        .Where(effect => effect is { Step.Action.Name: Catalogue.Isolate, MayHaveActed: true })
        .Select(effect => effect.Inputs["model"]?.AsString()).OfType<string>().Where(model => !d.Run.Models.ContainsKey(model)).Distinct().Order(StringComparer.Ordinal);

    private static void Succeed(Deciding d, StepAt at, Step.Do step, StepState.Acting acting, JsonData output)
    {
        if (output.Text.Length > Limits.StepOutputMaxBytes || d.Run.OutputBytes > Limits.RunOutputsMaxBytes)
        {
            Failing.Fail(d, at, ErrorKind.Bug, $"The output of {step.Action.Name} passes the limit of {Limits.StepOutputMaxBytes} bytes, or all outputs that of {Limits.RunOutputsMaxBytes}.");
            return;
        }
        if (step.Action.Name == Catalogue.Isolate && !acting.Simulated && d.Run.Clocks.Degraded is null)
            d.State(new RunEvent.ModelDegraded(acting.Inputs["model"]?.AsString() ?? "", d.Now));
        d.State(new RunEvent.StepSucceeded(at.Path, output, d.Now));
        if (step.Recovers)
            d.State(new RunEvent.ServiceRecovered(at.Path, d.Now));
    }

    private static string? MissingInput(ActionDeclaration action, JsonData inputs)
    {
        foreach (var input in action.Inputs)
        {
            if (input.Required && inputs[input.Name] is null or { IsNull: true })
                return input.Name;
        }
        return null;
    }
}
