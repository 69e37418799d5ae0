using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Planning;

/// <summary>
/// What a run would do, as it looked at one moment: for people to read, and for <c>run --plan</c> to hold against the world again.
/// It holds no secrets: the environment stands in it by its digest.
/// </summary>
/// <param name="Format">Of this record; another one is refused.</param>
public sealed record RunPlan(int Format, string Playbook, string Version, string PlaybookDigest, string Environment, string EnvironmentDigest, JsonData Inputs, DateTimeOffset MadeAt,
    PlanCounts Counts, ImmutableArray<PlanLine> Lines)
{
    public const int CurrentFormat = 1;

    /// <summary>Everything that could be looked at can be done.</summary>
    public bool IsReady => Lines.All(line => line.Ready);

    /// <summary>What has changed since it was made, in sentences; empty when it still holds.</summary>
    public IEnumerable<string> MovedSince(RunPlan now)
    {
        if (Format != now.Format)
            yield return $"The plan has the format {Format}; this program knows {now.Format}.";
        if (PlaybookDigest != now.PlaybookDigest)
            yield return $"The text of {Playbook} was changed: {PlaybookDigest[..Math.Min(12, PlaybookDigest.Length)]}… was planned, {now.PlaybookDigest[..12]}… is there.";
        if (EnvironmentDigest != now.EnvironmentDigest)
            yield return $"The environment {Environment} was changed.";
        // With another text the lines are others anyway, and comparing them would only hide the reason.
        if (PlaybookDigest != now.PlaybookDigest || EnvironmentDigest != now.EnvironmentDigest)
            yield break;
        foreach (var line in now.Lines)
        {
            var planned = Lines.FirstOrDefault(one => one.Step == line.Step);
            if (planned is null)
                yield return $"{line.Step} is not in the plan.";
            else if (planned.Now != line.Now)
                yield return $"{line.Step} ({line.Action}): planned on “{planned.Now}”, now it is “{line.Now}”.";
        }
        foreach (var gone in Lines.Where(line => now.Lines.All(one => one.Step != line.Step)))
            yield return $"{gone.Step} is in the plan only.";
    }
}

/// <summary>How many steps do what to the world.</summary>
public sealed record PlanCounts(int ReadOnly, int Mutating, int Irreversible)
{
    public static PlanCounts Of(IEnumerable<PlannedStep> steps)
    {
        var effects = steps.Select(step => step.Action.Effect).ToList();
        return new PlanCounts(effects.Count(effect => effect == Effect.ReadOnly), effects.Count(effect => effect == Effect.Mutating), effects.Count(effect => effect == Effect.Irreversible));
    }
}

/// <summary>One step of a plan.</summary>
/// <param name="Target">What of the environment it acts on; null where the step names nothing, or names it only later.</param>
/// <param name="Ready">False: with what was seen, it would fail.</param>
/// <param name="Now">What was seen. A plan is void when this changes.</param>
/// <param name="After">What would be there after it.</param>
/// <param name="Unknown">Inputs that come only while it runs.</param>
public sealed record PlanLine(string Step, int Line, string Action, Effect Effect, string? Target, bool MayNotRun, bool Ready, string Now, string After, ImmutableArray<string> Unknown);
