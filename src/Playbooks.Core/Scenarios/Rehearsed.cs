using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Scenarios;

/// <summary>What came of a rehearsal.</summary>
public sealed record Rehearsed(Run Run, ImmutableArray<RunEvent> Events)
{
    /// <summary>Where it differs from what was expected; empty when it does not.</summary>
    public IEnumerable<string> Differences(Expectation expected)
    {
        var end = (Run.Phase as RunPhase.Ended)?.With;
        if (end is null)
        {
            yield return Run.ParkedBecause is { } parked ? $"The run is parked: {parked}" : $"The run does not end; it waits for {Run.Summary().WaitingFor ?? "nothing"}.";
            yield break;
        }
        foreach (var difference in new[]
        {
            Differ("outcome", expected.Outcome is { } outcome ? WireName.Of(outcome) : null, WireName.Of(end.Outcome) + (end.Reason is null ? "" : $" ({end.Reason})"), WireName.Of(end.Outcome)),
            Differ("verdict", expected.Verdict is { } verdict ? WireName.Of(verdict) : null, WireName.Of(end.Verdict)),
            Differ("ran", Joined(expected.Ran), Joined(Ran())),
            Differ("undone", Joined(expected.Undone), Joined(Events.OfType<RunEvent.UndoSucceeded>().Select(undo => undo.Path))),
            Differ("skipped", Joined(expected.Skipped), Joined(Events.OfType<RunEvent.StepSkipped>().Select(skip => skip.Path))),
            Differ("incomplete", Joined(expected.Incomplete), Joined(end.Incomplete)),
            Differ("models", expected.Models is null ? null : Joined(expected.Models.Select(model => $"{model.Key}={model.Value}")),
                Joined(Run.Models.Select(model => $"{model.Key}={model.Value}"))),
        })
        {
            if (difference is not null)
                yield return difference;
        }
        if (expected.RecoveredWithin is { } within && !(Run.Clocks.Recovered - Run.Clocks.Detected <= within))
            yield return $"recoveredWithin: expected {within}, was {(Run.Clocks.Recovered - Run.Clocks.Detected)?.ToString() ?? "never"}";
    }

    private IEnumerable<string> Ran() => Events.OfType<RunEvent.AttemptStarted>().Where(start => start.Id.Purpose == Purpose.Do)
        .Select(start => start.Id.Path).Distinct();

    private static string? Joined(IEnumerable<string>? words) => words is null ? null : string.Join(", ", words);

    private static string? Joined(ImmutableArray<string>? words) => words is { } known ? string.Join(", ", known) : null;

    private static string? Differ(string what, string? expected, string? actual, string? compared = null) =>
        expected is null || expected == (compared ?? actual) ? null : $"{what}: expected [{expected}], was [{actual}]";
}
