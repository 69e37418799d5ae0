using System.Collections.Concurrent;
using System.Collections.Immutable;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>
/// Runs that only wait are not kept in memory: their timers are set, and they are read again when one is due or something happens to them.
/// An opening takes up only those that have something to do; the others are looked at one by one beside the work, so that people are shown
/// again what they are asked, and a damaged run does not wait unseen for its day.
/// </summary>
internal sealed partial class EngineLoop
{
    /// <summary>Runs that wait since before this opening and have not been loaded by it.</summary>
    private readonly ConcurrentDictionary<string, bool> unseen = new(StringComparer.Ordinal);
    /// <summary>Runs in memory that wait, as they were when they came to rest; the longest ago first.</summary>
    private readonly Queue<(string RunId, long Sequence)> resting = new();

    /// <summary>What earlier owners left: timers to be set, busy runs to be told to the loop at once, waiting ones to be looked at later.</summary>
    internal LeftRuns Left()
    {
        var left = stored.Left();
        foreach (var run in left.Runs.Where(run => run.Rest != Rest.Busy))
            unseen[run.RunId] = true;
        return left;
    }

    /// <summary>Whether the run still waits as an earlier owner left it.</summary>
    internal bool IsUnseen(string runId) => unseen.ContainsKey(runId);

    /// <returns>Null when there is no such run. One that cannot be read is broken, and the others go on.</returns>
    internal HotRun? Load(string runId)
    {
        try
        {
            return stored.History(runId) is { } history ? Loading.Fold(history, options.Logic) : null;
        }
        catch (JournalException error)
        {
            return Loading.Fold(new RunHistory(runId, [], error.What), options.Logic);
        }
    }

    /// <summary>A run that is known to be there.</summary>
    internal HotRun LoadLeft(string runId) =>
        Load(runId) ?? Loading.Fold(new RunHistory(runId, [], $"The journal of run '{runId}' is broken: it is not found by its id."), options.Logic);

    private void Look(HotRun run, Batch batch)
    {
        // Once something has happened to it, it has been looked at, and what was read is old.
        if (winding || !IsUnseen(run.Id) || !hot.TryAdd(run.Id, run))
            return;
        TakeUp(run, batch);
        if (!run.Parked && run.Run.ParkedBecause is null)
            React(run, [], batch);
    }

    /// <summary>A run is in memory again. Its timers are set, so that is not done anew; where the decider of today wants something else, all is, which is harmless.</summary>
    private void TakeUp(HotRun run, Batch batch)
    {
        var first = unseen.TryRemove(run.Id, out _);
        if (run.Parked || run.Run.ParkedBecause is not null)
        {
            batch.Deeds.Add(new(run.Id, run.Run, TellParked(run, Deeds.None), Rest.Busy));
            return;
        }
        ImmutableArray<Command> outstanding;
        try
        {
            var reaction = options.Logic.React(run.Run, [], owner);
            outstanding = reaction.Appended.IsEmpty ? reaction.Outstanding : default;
        }
#pragma warning disable CA1031 // The decision that follows throws the same, and parks the run.
        catch (Exception)
#pragma warning restore CA1031
        {
            return;
        }
        run.Resume(outstanding);
        if (first && !outstanding.IsDefault && outstanding.Where(command => command is Command.AskForVotes or Command.AskPerson).ToImmutableArray() is { IsEmpty: false } asked)
            batch.Deeds.Add(new(run.Id, run.Run, Deeds.None with { Show = asked }, Rest.Busy));
    }

    /// <summary>Forgets a run that is over, and of those that wait the one that has waited longest when there are too many.</summary>
    private void Rested(Message.Forget rested, Batch batch)
    {
        if (!IsAsIt(rested.RunId, rested.Sequence, batch, out var run))
            return;
        if (run.Run.IsQuiet)
            hot.Remove(run.Id);
        else
            resting.Enqueue((run.Id, rested.Sequence));
        while (resting.Count > options.RestingKeptMax)
        {
            var (runId, sequence) = resting.Dequeue();
            if (IsAsIt(runId, sequence, batch, out _))
                hot.Remove(runId);
        }
    }

    private bool IsAsIt(string runId, long sequence, Batch batch, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out HotRun? run) =>
        hot.TryGetValue(runId, out run) && run.Sequence == sequence && !batch.Touches(run);

    private static Rest RestOf(Reaction reaction) =>
        reaction.Run.ParkedBecause is not null || reaction.Outstanding.Any(command => command is not (Command.StartTimer or Command.AskForVotes or Command.AskPerson)) ? Rest.Busy
        : reaction.Outstanding.IsEmpty && reaction.Run.IsQuiet ? Rest.Settled
        : reaction.Outstanding.All(command => command is Command.StartTimer) ? Rest.Waiting
        : Rest.Asking;
}
