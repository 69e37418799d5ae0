using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>
/// Takes all that has happened, asks the decider run by run what follows, and gives it back as one turn. Nothing acts before that turn is
/// durable; the next one may be decided while it is written. Decides nothing itself, waits for nothing and knows no thread: the engine
/// around it does the waiting, and a simulation in its place runs this very loop in virtual time.
/// </summary>
/// <param name="epoch">Of this opening of the journal.</param>
/// <param name="owner">The same, as events name it.</param>
internal sealed partial class EngineLoop(long epoch, string owner, IStored stored, EngineOptions options)
{
    /// <summary>How long after it was decided a turn may act without asking whose the journal is.</summary>
    private static readonly TimeSpan OwnershipTrustedFor = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, HotRun> hot = new(StringComparer.Ordinal);
    private volatile bool winding;

    /// <summary>From here on events are kept and nothing new is decided: the next owner decides on.</summary>
    internal void WindDown() => winding = true;

    /// <summary>Runs in memory.</summary>
    internal int HotRuns => hot.Count;

    /// <returns>Null when nothing follows.</returns>
    internal Turn? Turn(IReadOnlyList<Message> messages)
    {
        var batch = new Batch();
        foreach (var message in messages)
        {
            try
            {
                Take(message, batch);
            }
            catch (JournalException error)
            {
                message.Fail(error);
            }
        }
        foreach (var (run, happened) in batch.Happened)
            React(run, happened, batch);
        return batch.IsEmpty ? null : batch.ToTurn(options.Time.GetTimestamp());
    }

    /// <summary>
    /// Whether a turn that is durable may still act. A machine that stood still between commit and deeds may wake when another process has
    /// taken over and done the same: what is conditional on the target's state would then be done a second time, on top of what came after it.
    /// </summary>
    /// <param name="current">Whose the journal is now.</param>
    internal bool MayAct(Turn turn, out long current)
    {
        current = epoch;
        return options.Time.GetElapsedTime(turn.DecidedAt) < OwnershipTrustedFor || (current = stored.Epoch()) == epoch;
    }

    private void Take(Message message, Batch batch)
    {
        switch (message)
        {
            case Message.Happened happened:
                if (Find(happened.RunId, batch) is not { } run)
                {
                    happened.Known?.TrySetResult(false);
                    break;
                }
                if (happened.Reported is { } name)
                    run.Reported(name);
                batch.Add(run, InOrder(run, happened.Event));
                batch.After(() => happened.Known?.TrySetResult(true), happened.Fail);
                break;
            case Message.Start start:
                Start(start, batch);
                break;
            case Message.Adopt adopt:
                hot[adopt.Run.Id] = adopt.Run;
                Adopt(adopt.Run, batch);
                batch.After(() => adopt.Done.TrySetResult(true), adopt.Fail);
                break;
            case Message.Look look:
                Look(look.Run, batch);
                batch.After(() => look.Done.TrySetResult(true), look.Fail);
                break;
            case Message.Forget forget:
                Rested(forget, batch);
                break;
            case Message.CooldownOver over:
                CooldownOver(over.Key, batch);
                break;
            case Message.AlertResolved resolved:
                Resolved(resolved, batch);
                break;
            case Message.Barrier barrier:
                batch.After(() => barrier.Passed.TrySetResult(true), barrier.Fail);
                break;
        }
    }

    private HotRun? Find(string runId, Batch batch)
    {
        if (!hot.TryGetValue(runId, out var run))
        {
            if ((IsUnseen(runId) ? LoadLeft(runId) : Load(runId)) is not { } loaded)
                return null;
            hot.Add(runId, run = loaded);
            TakeUp(run, batch);
        }
        return run.Broken is null ? run : throw new JournalException(run.Broken, "Nothing is appended to it; its evidence shows where it breaks.");
    }

    private static RunEvent InOrder(HotRun run, RunEvent happened)
    {
        if (happened.At > run.LastAt)
            run.LastAt = happened.At;
        return happened with { At = run.LastAt };
    }

    private void Adopt(HotRun run, Batch batch)
    {
        if (!run.Parked && run.Run.ParkedBecause is null)
            Decide(run, [], batch, () => options.Logic.Adopt(run.Run, owner, options.Time.GetUtcNow()));
        else
            batch.Deeds.Add(new(run.Id, run.Run, TellParked(run, Deeds.None), Rest.Busy));
    }

    private void React(HotRun run, ImmutableArray<RunEvent> happened, Batch batch)
    {
        if (winding || run.Parked)
            Keep(run, happened, batch);
        else
            Decide(run, happened, batch, () => options.Logic.React(run.Run, happened, owner));
    }

    private void Decide(HotRun run, ImmutableArray<RunEvent> happened, Batch batch, Func<Reaction> ask)
    {
        Reaction reaction;
        RunAppend append;
        try
        {
            reaction = ask();
            append = new RunAppend(run.Id, run.Sequence, reaction.Appended) { Key = KeyOf(run, reaction.Appended) };
            _ = append.Prepared;
        }
#pragma warning disable CA1031 // The decider must not throw. If it does, whatever it is, that run stops where it is and the others go on.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            run.Parked = true;
            Keep(run, [.. happened, new RunEvent.RunParked($"Deciding failed: {defect.GetType().Name}: {defect.Message}", run.LastAt)], batch);
            return;
        }
        var deeds = run.Want(reaction.Outstanding, reaction.Start);
        run.Run = reaction.Run;
        run.Sequence += reaction.Appended.Length;
        if (reaction.Appended is [.., var last] && last.At > run.LastAt)
            run.LastAt = last.At;
        var rest = RestOf(reaction);
        if (run.WithTimers(append, deeds, rest) is { } whole)
            batch.Appends.Add(whole with { Rest = rest, Resting = rest == Rest.Busy ? null : reaction.Run.Summary() });
        batch.Deeds.Add(new(run.Id, reaction.Run, TellParked(run, deeds), rest) { Appended = reaction.Appended });
        if (reaction.Appended.OfType<RunEvent.RunEnded>().Any())
            Ended(reaction.Run, batch);
    }

    /// <summary>Keeps what happened without deciding on it. What cannot be written is why the run is parked, and its reason says so.</summary>
    private void Keep(HotRun run, ImmutableArray<RunEvent> happened, Batch batch)
    {
        happened = [.. happened.Where(EventJson.CanBeWritten)];
        batch.Appends.Add(new RunAppend(run.Id, run.Sequence, happened) { Key = KeyOf(run, happened) });
        run.Sequence += happened.Length;
        foreach (var fact in happened)
            run.Run = Loading.Evolve(run, fact, options.Logic);
        var deeds = run.Parked ? run.Want([], []) : Deeds.None;
        batch.Deeds.Add(new(run.Id, run.Run, TellParked(run, deeds), Rest.Busy) { Appended = happened });
    }

    /// <summary>A parked run decides nothing any more, not even to call for help, so the shell does: once, and again after a restart.</summary>
    private static Deeds TellParked(HotRun run, Deeds deeds)
    {
        if (run.ParkedTold || run.Run.ParkedBecause is not { } why)
            return deeds;
        run.ParkedTold = true;
        return deeds with { Do = deeds.Do.Add(ParkedRun.CallForHelp(run.Run, why)) };
    }

    private static string? KeyOf(HotRun run, ImmutableArray<RunEvent> appended) =>
        run.Sequence == 0 && appended is [RunEvent.RunStarted started, ..] ? started.ConcurrencyKey : null;

    private sealed class Batch
    {
        private readonly Dictionary<HotRun, ImmutableArray<RunEvent>.Builder> happened = [];

        internal List<RunAppend> Appends { get; } = [];
        internal Dictionary<string, StartResult> Starts { get; } = new(StringComparer.Ordinal);
        internal Dictionary<RunKey, Admission> Keys { get; } = [];
        internal List<RunDeeds> Deeds { get; } = [];
        /// <summary>What is told or timed for keys, after the commit.</summary>
        internal List<KeyDeed> AfterCommit { get; } = [];
        internal List<(Action Durable, Action<Exception> Failed)> Done { get; } = [];

        private bool HasWrites => Appends.Count > 0 || Starts.Count > 0 || Keys.Count > 0;
        internal bool IsEmpty => !HasWrites && Deeds.Count == 0 && Done.Count == 0 && AfterCommit.Count == 0;
        internal IEnumerable<(HotRun Run, ImmutableArray<RunEvent> Happened)> Happened =>
            happened.Select(entry => (entry.Key, entry.Value.DrainToImmutable()));

        internal Turn ToTurn(long at) => new(at,
            HasWrites ? new JournalBatch([.. Appends]) { Starts = Starts.ToImmutableDictionary(), Keys = Keys.ToImmutableDictionary() } : null,
            Deeds, Done, AfterCommit);

        internal void Add(HotRun run, RunEvent fact)
        {
            if (!happened.TryGetValue(run, out var events))
                happened[run] = events = ImmutableArray.CreateBuilder<RunEvent>();
            events.Add(fact);
        }

        internal bool Touches(HotRun run) => happened.ContainsKey(run);

        internal void After(Action durable, Action<Exception> failed) => Done.Add((durable, failed));
    }
}
