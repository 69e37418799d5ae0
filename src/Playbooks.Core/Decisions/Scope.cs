using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>
/// What expressions see: <c>inputs</c>, <c>alert</c>, <c>run</c>, <c>steps</c>, and inside blocks that repeat <c>item</c> and <c>index</c>.
/// A step sees its own iteration and branch; outside, a <c>forEach</c> or <c>repeat</c> is an array and a <c>parallel</c> an object.
/// </summary>
internal static class Scope
{
    /// <param name="body">Path of the list of steps in which the expression stands.</param>
    public static JsonData For(Run run, string body)
    {
        var seen = new View(run, body);
        var top = body.Split('/')[0] switch
        {
            Place.Inject => (Place.Inject, run.Playbook!.Drill!.Inject.CastArray<Step>()),
            Place.Finally => (Place.Finally, run.Playbook!.Finally.CastArray<Step>()),
            _ => ("", run.Playbook!.Steps),
        };
        // What finally reports on is what the steps did.
        if (top.Item1 == Place.Finally)
            seen.Collect(run.Playbook.Steps, "");
        seen.Collect(top.Item2, top.Item1);
        return JsonData.Object([("inputs", seen.Inputs), ("alert", Alert(run)), ("run", RunData(run)),
            ("steps", JsonData.Object(seen.Steps)), .. seen.Loop]);
    }

    private static JsonData Alert(Run run)
    {
        if (run.Alert is null)
            return JsonData.Null;
        if (run.AlertResolvedAt is not { } at)
            return run.Alert;
        var over = run.Alert.Properties.Append(new("resolvedAt", Instant(at)));
        // Alerts recorded before they had a condition stay without one, so that their runs are decided as they were.
        return JsonData.Object(run.Alert["condition"] is null ? over : over.Append(new("condition", JsonData.Of(new AlertCondition.Resolved(at).Name))));
    }

    private static JsonData RunData(Run run) => JsonData.Object(
        ("id", JsonData.Of(run.Id)),
        ("mode", JsonData.Of(WireName.Of(run.Mode))),
        ("occurredAt", Instant(run.Clocks.Occurred)),
        ("detectedAt", Instant(run.Clocks.DetectedFirst)),
        ("startedAt", Instant(run.Clocks.Started)),
        ("deadline", Instant(run.Clocks.DetectedFirst + run.Playbook!.Objectives.Rto)));

    private static JsonData Instant(DateTimeOffset? at) =>
        at is { } known ? JsonData.Of(known.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)) : JsonData.Null;

    /// <summary>Collects what is visible from one place, from the outside in.</summary>
    private sealed class View(Run run, string from)
    {
        public JsonData Inputs { get; private set; } = run.Inputs;
        public List<KeyValuePair<string, JsonData>> Steps { get; private set; } = [];
        public List<(string, JsonData)> Loop { get; private set; } = [];

        public void Collect(ImmutableArray<Step> steps, string body)
        {
            foreach (var step in steps)
            {
                var path = new Place(body, null).PathOf(step);
                if (run.StateOf(path) is not { } state)
                    continue;
                Steps.Add(new(StepPaths.NameOf(step), JsonData.Object(
                    ("status", JsonData.Of(Status(state))), ("output", OutputOf(run, step, path, state)), ("attempts", JsonData.Of(Attempts(state))))));
                Enter(step, path, state);
            }
        }

        private void Enter(Step step, string path, StepState state)
        {
            var block = state as StepState.InBlock ?? (state as StepState.Ended)?.Prior as StepState.InBlock;
            foreach (var inner in step.Bodies())
            {
                switch (step)
                {
                    case Step.Switch or Step.Try:
                        Collect(inner.Steps, path + "." + inner.Name);
                        break;
                    case Step.Parallel when IsInside(path + "." + inner.Name):
                        Collect(inner.Steps, path + "." + inner.Name);
                        break;
                    case Step.Inline when IsInside(path) && block is not null:
                        // An inlined playbook is a world of its own: its inputs, its steps.
                        Inputs = block.Inputs ?? JsonData.EmptyObject;
                        (Steps, Loop) = ([], []);
                        Collect(inner.Steps, path);
                        break;
                    case Step.ForEach or Step.Repeat when block is not null && IndexInside(path) is { } index:
                        Loop = [("index", JsonData.Of(index))];
                        if (step is Step.ForEach && index < block.Items.Length)
                            Loop.Add(("item", block.Items[index]));
                        Collect(inner.Steps, $"{path}[{index}]");
                        break;
                }
            }
        }

        private bool IsInside(string body) => from == body || (from.StartsWith(body, StringComparison.Ordinal) && from.Length > body.Length && from[body.Length] == '/');

        private int? IndexInside(string path)
        {
            if (!from.StartsWith(path + "[", StringComparison.Ordinal))
                return null;
            var end = from.IndexOf(']', path.Length);
            return int.Parse(from.AsSpan(path.Length + 1, end - path.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Outputs of the steps of one body, by name.</summary>
    private static JsonData OutputsIn(Run run, ImmutableArray<Step> steps, string body) => JsonData.Object(
        from step in steps
        let path = new Place(body, null).PathOf(step)
        let state = run.StateOf(path)
        where state is not null
        select new KeyValuePair<string, JsonData>(StepPaths.NameOf(step), OutputOf(run, step, path, state)));

    private static JsonData OutputOf(Run run, Step step, string path, StepState state)
    {
        switch (step)
        {
            case Step.ForEach or Step.Repeat:
                var steps = step.Bodies().Single().Steps;
                var rounds = new List<JsonData>();
                var block = state as StepState.InBlock ?? (state as StepState.Ended)?.Prior as StepState.InBlock;
                for (var i = 0; i < (block?.Iterations.Count ?? 0); i++)
                    rounds.Add(OutputsIn(run, steps, $"{path}[{i}]"));
                return JsonData.Array(rounds);
            case Step.Parallel parallel:
                return JsonData.Object(parallel.Branches.Select(branch =>
                    new KeyValuePair<string, JsonData>(branch.Name, OutputsIn(run, branch.Steps, path + "." + branch.Name))));
            case Step.Inline inline:
                return OutputsIn(run, inline.Steps, path);
            default:
                return state is StepState.Succeeded succeeded ? succeeded.Output : JsonData.Null;
        }
    }

    private static string Status(StepState state) => state switch
    {
        StepState.Succeeded => "succeeded",
        StepState.Failed => "failed",
        StepState.Skipped => "skipped",
        _ => "running",
    };

    private static int Attempts(StepState state) => state switch
    {
        StepState.Acting acting => acting.Stage.Attempt,
        StepState.AwaitingOrder { Prior: StepState.Acting acting } => acting.Stage.Attempt,
        StepState.Ended { Prior: StepState.Acting acting } => acting.Stage.Attempt,
        _ => 0,
    };
}
