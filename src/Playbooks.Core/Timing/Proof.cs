using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Timing;

/// <summary>
/// What can be said about a playbook's time before it runs. Assumes that nobody is asked, pauses, retries or skips, and leaves out our own
/// queueing.
/// </summary>
public sealed record Proof
{
    private Proof() { }

    /// <summary>Step by step in the order written, blocks before what is in them.</summary>
    public required ImmutableArray<ProofLine> Lines { get; init; }
    /// <summary>Worst case from detection until the step that recovers has succeeded; null when none recovers.</summary>
    public required TimeSpan? DetectedToRecovered { get; init; }
    /// <summary>Worst case from detection until the first isolation is confirmed; null when nothing isolates.</summary>
    public required TimeSpan? DetectedToIsolated { get; init; }
    public required Objectives Objectives { get; init; }
    /// <summary>What people may add: every <c>askWithin</c> of a step that asks in a live run, for each time that it can run.</summary>
    public required TimeSpan AskWithin { get; init; }
    /// <summary>What makes the proof fail.</summary>
    public required ImmutableArray<AuthorError> Errors { get; init; }
    public required ImmutableArray<AuthorError> Warnings { get; init; }
    /// <summary>What is true of every run, in sentences.</summary>
    public required ImmutableArray<string> Proved { get; init; }

    public bool Holds => Errors.IsEmpty;

    /// <param name="environment">Where the playbook would run; without it, every artifact is taken to hold personal data.</param>
    /// <param name="fileName">What errors call the playbook.</param>
    public static Proof Of(Playbook playbook, DeploymentEnvironment? environment = null, string fileName = "playbook.json")
    {
        var findings = new ProofFindings(playbook, environment, fileName);
        return new Proof
        {
            Lines = [.. ProofLine.Of(playbook)],
            DetectedToRecovered = findings.DetectedToRecovered,
            DetectedToIsolated = findings.DetectedToIsolated,
            Objectives = playbook.Objectives,
            AskWithin = Asking.Total(playbook.Steps),
            Errors = [.. findings.Errors()],
            Warnings = [.. findings.Warnings()],
            Proved = [.. findings.Proved()],
        };
    }
}

/// <summary>One step of the proof.</summary>
/// <param name="Depth">0 for the steps of <c>steps</c>, one more inside each block.</param>
/// <param name="StepId">With the prefix of an inlined playbook.</param>
/// <param name="Line">In the text that holds the step, from 1.</param>
/// <param name="Does">Action or kind, in words.</param>
/// <param name="AtMost">Worst case of one time that it runs.</param>
/// <param name="Cumulative">From detection until its end; null inside a block.</param>
/// <param name="AfterRecovery">It no longer counts towards the RTO.</param>
public sealed record ProofLine(int Depth, string StepId, int Line, string Does, TimeSpan AtMost, TimeSpan? Cumulative, TimeSpan? Budget, bool AfterRecovery)
{
    internal static IEnumerable<ProofLine> Of(Playbook playbook)
    {
        var (sum, after) = (TimeSpan.Zero, false);
        foreach (var step in playbook.Steps)
        {
            var worst = WorstCase.Of(step);
            sum = Saturating.Plus(sum, worst);
            yield return Of(step, 0, sum, after);
            foreach (var line in Inside(step, 1, after))
                yield return line;
            after |= step.WithDescendants().Any(inner => inner is Step.Do { Recovers: true });
        }
    }

    private static IEnumerable<ProofLine> Inside(Step block, int depth, bool after) =>
        block.Bodies().SelectMany(body => body.Steps).SelectMany(step => Inside(step, depth + 1, after).Prepend(Of(step, depth, null, after)));

    private static ProofLine Of(Step step, int depth, TimeSpan? cumulative, bool after) =>
        new(depth, step.Id, step.Line, Described(step), WorstCase.Of(step), cumulative, step.Budget, after);

    private static string Described(Step step) => step switch
    {
        Step.Do { Retry.Attempts: > 1 } action => FormattableString.Invariant($"{action.Action.Name}, {action.Retry.Attempts} × {IsoDuration.Format(action.Timeout)}"),
        Step.Do action => $"{action.Action.Name}, {IsoDuration.Format(action.Timeout)}",
        Step.Approve => "approve",
        Step.ManualTask => "task",
        Step.Wait => "wait",
        Step.Parallel parallel => FormattableString.Invariant($"parallel, {parallel.Branches.Length} branches"),
        Step.ForEach forEach => FormattableString.Invariant($"forEach, {forEach.MaxItems} by {forEach.Concurrency}"),
        Step.Repeat repeat => FormattableString.Invariant($"repeat, {repeat.MaxTimes} times"),
        Step.Switch => "switch",
        Step.Try => "try",
        Step.Inline inline => $"playbook {inline.Playbook} {inline.Version}",
        Step.Finish { As: FinishAs.Failed } => "fail",
        Step.Finish => "end",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
