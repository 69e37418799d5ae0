using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Web.Telemetry;

/// <summary>
/// Runs as seen from outside: spans, measurements and log records, made from the journal's events alone. A shell tells it what is durable; it never holds the shell
/// up. What it did not hear, because it was behind or another process had appended it, it reads in the journal. Knows the framework's own sources and no exporter.
/// </summary>
public sealed class RunTelemetry : IAsyncDisposable
{
    /// <summary>Commits of runs that wait to be told.</summary>
    internal const int HeardMax = 8192;
    /// <summary>Runs that are followed; what comes of others counts as dropped.</summary>
    private const int RunsMax = 10_000;

    private readonly Channel<Heard> heard = Channel.CreateBounded<Heard>(new BoundedChannelOptions(HeardMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Dictionary<string, RunSpans> runs = new(StringComparer.Ordinal);
    private readonly SpanTeller spans = new();
    private readonly RunLog log;
    private readonly TimeProvider time;
    private readonly DateTimeOffset openedAt, toldUntil;
    private Task telling = Task.CompletedTask;

    /// <param name="toldUntil">What happened up to then was told by an earlier process; null where none has told anything: then only what happens from now on is told.</param>
    public RunTelemetry(TimeProvider time, ILoggerFactory logs, DateTimeOffset? toldUntil = null)
    {
        (this.time, openedAt) = (time, time.GetUtcNow());
        this.toldUntil = toldUntil ?? openedAt;
        log = new RunLog(logs.CreateLogger(TelemetryNames.RunLog));
        Meters = new RunMeters(time);
    }

    internal RunMeters Meters { get; }

    /// <summary>What a shell tells after each commit. Returns at once; when too much waits, this is dropped and counted.</summary>
    /// <param name="events">The last ones that the run has.</param>
    public void Committed(Run run, ImmutableArray<RunEvent> events)
    {
        if (!heard.Writer.TryWrite(new Heard(run, events, null)))
            Meters.Drop(events.Length);
    }

    /// <summary>Begins to tell: first of the runs that the journal holds, then of what was and is committed.</summary>
    public void Begin(IRuns journal)
    {
        telling = Task.Run(() => TellAsync(journal));
    }

    /// <summary>The same inbox, which tells what becomes of alerts.</summary>
    public IAlertInbox Telling(IAlertInbox inbox)
    {
        Meters.Inbox = inbox;
        return new ToldInbox(inbox, spans, Meters, time);
    }

    /// <summary>Letters in a dead-letter queue.</summary>
    /// <param name="count">Null when they could not be counted.</param>
    public void Counted(string queue, long? count) => Meters.Counted(queue, count);

    /// <summary>Ends when all that was committed before is told.</summary>
    public async Task SettledAsync(CancellationToken cancellationToken)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await heard.Writer.WriteAsync(new Heard(Run.Empty, [], passed), cancellationToken).ConfigureAwait(false);
        await Task.WhenAny(passed.Task, telling).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Tells what waits, then no more.</summary>
    public async ValueTask DisposeAsync()
    {
        heard.Writer.TryComplete();
        await telling.ConfigureAwait(false);
        spans.Dispose();
        Meters.Dispose();
    }

    private async Task TellAsync(IRuns journal)
    {
        await ContainedAsync(async () =>
        {
            foreach (var summary in await journal.ListAsync(CancellationToken.None).ConfigureAwait(false))
                await TakeUpAsync(journal, summary).ConfigureAwait(false);
        }, 1).ConfigureAwait(false);
        await foreach (var (run, events, passed) in heard.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            passed?.TrySetResult();
            if (!events.IsEmpty)
                await ContainedAsync(() => HearAsync(journal, run, events), events.Length).ConfigureAwait(false);
        }
    }

    /// <summary>Whatever it is, it keeps nobody from hearing of other runs and stops no host: runs are what it is for, and being seen is not.</summary>
    private async Task ContainedAsync(Func<Task> tell, int events)
    {
        try
        {
            await tell().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A journal that cannot be read says so by a type of its own, which nobody here knows.
        catch (Exception)
#pragma warning restore CA1031
        {
            Meters.Drop(events);
        }
    }

    /// <summary>A run that was there before.</summary>
    private async Task TakeUpAsync(IRuns journal, RunSummary summary)
    {
        var runId = summary.RunId;
        if (summary.State == RunState.Ended)
        {
            if (summary.EndedAt > toldUntil)
                await CatchUpAsync(journal, Following(runId), runId, long.MaxValue).ConfigureAwait(false);
        }
        else if (await journal.FindAsync(runId, CancellationToken.None).ConfigureAwait(false) is { HasEnded: false } run && Following(runId) is { } known)
        {
            await CatchUpAsync(journal, known, runId, run.Sequence).ConfigureAwait(false);
            Meters.Show(runId, OpenRun.Of(run));
        }
    }

    private async Task HearAsync(IRuns journal, Run run, ImmutableArray<RunEvent> events)
    {
        var first = run.Sequence - events.Length + 1;
        var ending = events.Any(happened => happened is RunEvent.RunEnded);
        // What comes to a run after its end is no part of its spans.
        if (!runs.ContainsKey(run.Id) && run.HasEnded && !ending)
            return;
        if (Following(run.Id) is not { } known)
        {
            Meters.Drop(events.Length);
            return;
        }
        await CatchUpAsync(journal, known, run.Id, first - 1).ConfigureAwait(false);
        foreach (var happened in events.Skip((int)Math.Max(0, known.Sequence - first + 1)))
            Tell(run.Id, known, happened);
        if (run.HasEnded)
            Over(run);
        else
            Meters.Show(run.Id, OpenRun.Of(run));
    }

    /// <summary>Null when there is no room for another run.</summary>
    private RunSpans? Following(string runId)
    {
        if (!runs.TryGetValue(runId, out var known) && runs.Count < RunsMax)
            runs[runId] = known = new RunSpans(runId);
        return known;
    }

    /// <summary>Takes in what was not heard, up to a sequence.</summary>
    private async Task CatchUpAsync(IRuns journal, RunSpans? known, string runId, long until)
    {
        if (known is null || known.Sequence >= until)
            return;
        foreach (var stored in await journal.ReadAsync(runId, known.Sequence + 1, CancellationToken.None).ConfigureAwait(false))
        {
            if (stored.Sequence > until)
                break;
            Tell(runId, known, stored.Event);
            if (stored.Event is RunEvent.RunEnded && until == long.MaxValue)
                runs.Remove(runId);
        }
    }

    private void Tell(string runId, RunSpans known, RunEvent happened)
    {
        var ended = known.Add(happened);
        // Spans may be told twice, as their ids say that they are the same; measurements never, as nothing would.
        var (isTold, isCounted) = (happened.At > toldUntil, happened.At > openedAt);
        foreach (var span in ended)
        {
            if (isTold)
                spans.Tell(runId, span);
            if (isCounted)
                Meters.Record(span);
        }
        if (isTold)
            log.Say(runId, known.Of, happened);
    }

    private void Over(Run run)
    {
        runs.Remove(run.Id);
        Meters.Over(run.Id);
        if (run.Summary() is { Outcome: RunOutcome.Recovered } recovered && recovered.EndedAt > openedAt)
            Meters.Recovered(recovered);
    }

    /// <param name="Passed">Of nobody's run: all before it is told.</param>
    private sealed record Heard(Run Run, ImmutableArray<RunEvent> Events, TaskCompletionSource? Passed);
}
