using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Disk.Tests.Simulated;
using Playbooks.Sqlite;

namespace Playbooks.Disk.Tests;

/// <summary>Opens what a fault left as the engine does and says what is wrong with it.</summary>
internal static class ImageCheck
{
    /// <param name="allowed">What the journal may hold: exactly one of them.</param>
    /// <returns>Null when all is well.</returns>
    public static async Task<string?> ProblemAsync(SimulatedDisk disk, IEnumerable<Content> allowed)
    {
        try
        {
            await using var journal = Journal.Open(disk.Journal, disk);
            var (content, problem) = Read(journal.Reader);
            if (problem is not null)
                return problem;
            if (!allowed.Any(content.IsSame))
                return $"It holds {content}, and it may hold {string.Join(" or ", allowed)}.";
            // It can be written, too.
            if (content.Events.FirstOrDefault() is { Key: { } run, Value: var count } && Workload.NextOf(run, count) is { } next)
                await journal.AppendAsync(new([new RunAppend(run, count, [next])]));
            return null;
        }
        catch (JournalException error)
        {
            return "It is refused: " + error.Message;
        }
    }

    public static (Content Content, string? Problem) Read(JournalReader reader)
    {
        var content = Content.Empty;
        foreach (var run in reader.RunIds())
        {
            var history = reader.History(run)!;
            if (!Workload.IsTrue(history))
                return (content, history.Broken ?? $"{run} has events that were never written.");
            if (reader.Start(Workload.RequestOf(run)) is not StartResult.Started)
                return (content, $"{run} is there without the answer to its start, which was in the same commit.");
            content = content.With(run, history.Events.Length, null);
        }
        return (content with { Timers = reader.Timers().ToImmutableSortedDictionary(timer => $"{timer.RunId} {timer.Timer}", timer => timer.DueAt) }, null);
    }
}
