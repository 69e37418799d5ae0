using System.Diagnostics.CodeAnalysis;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>
/// Tells and asks people, anchors heads, raises drill alerts. No step waits for any of it; what fails is an event. What is shown about
/// one run is shown in order.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle, and what answers late still releases it.")]
internal sealed class Outside(EngineOptions options, JournalReader journal, Action<string, RunEvent, string> report, CancellationToken stopping)
{
    private const int AtOnceMax = 16;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(1);
    /// <summary>
    /// For an alert that could not be raised: it stays outstanding, and the drill's own time limit judges it. It has no interval between two
    /// tries, so that trying again at once would write failures to the journal as fast as the disk takes them.
    /// </summary>
    private const string NotReported = "";

    private readonly SemaphoreSlim places = new(AtOnceMax);
    private readonly object gate = new();
    /// <summary>The last showing of each run that has one under way.</summary>
    private readonly Dictionary<string, Task> showing = new(StringComparer.Ordinal);

    internal void Do(Run run, Command command) => _ = command switch
    {
        Command.Tell tell => TryAsync(run, command, async token =>
            new RunEvent.Told(tell.Id, await CrashPoint.AroundAsync("tell", () => options.People.TellAsync(run.Summary(), tell, token)).ConfigureAwait(false), Now)),
        Command.AnchorHead anchor => TryAsync(run, command, token => AnchorAsync(run, anchor, token)),
        Command.RaiseAlert => TryAsync(run, command, async token =>
        {
            await CrashPoint.AroundAsync("raise", () => options.RaiseAlert(run.Summary(), token)).ConfigureAwait(false);
            return null;
        }),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    internal void Show(Run run, Command command, bool open)
    {
        var summary = run.Summary();
        lock (gate)
        {
            var before = showing.GetValueOrDefault(run.Id, Task.CompletedTask);
            var after = ShowAfterAsync(before);
            showing[run.Id] = after;
            after.ContinueWith(_ => Forget(run.Id, after), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        async Task ShowAfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
            await TryAsync(run, command, async token =>
            {
                await (command switch
                {
                    Command.AskForVotes votes => CrashPoint.AroundAsync("show", () => options.People.ShowApprovalAsync(summary, votes.Approval, open, token)),
                    Command.AskPerson ask => CrashPoint.AroundAsync("show", () => options.People.ShowAskAsync(summary, ask, open, token)),
                    _ => throw new System.Diagnostics.UnreachableException(),
                }).ConfigureAwait(false);
                return null;
            }).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Tells that an alert waits for the end of a cooldown. The ended run's journal is not touched, so this is told once and not recorded
    /// beyond the start's own answer.
    /// </summary>
    internal void TellHeldBack(RunSummary? ended, KeyDeed.TellHeldBack held)
    {
        if (ended is null)
            return;
        foreach (var message in HeldBackNotice.Of(ended.RunId, held.Until, held.Request))
            _ = TellAsync(ended, message);
    }

    internal void TellNotStarted(RunSummary? ended, KeyDeed.TellNotStarted notStarted)
    {
        if (ended is not null)
            _ = TellAsync(ended, new Command.Tell("not-started/" + notStarted.RequestId, "", $"A start that waited for {ended.RunId} could not begin: {notStarted.Why}"));
    }

    private async Task TellAsync(RunSummary run, Command.Tell tell)
    {
        try
        {
            await CrashPoint.AroundAsync("tell", () => options.People.TellAsync(run, tell, stopping))
                .WaitAsync(AnswerWithin, options.Time, stopping).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a channel throws: the alert is stored and starts its run when the cooldown ends.
        catch (Exception)
#pragma warning restore CA1031
        {
        }
    }

    private DateTimeOffset Now => options.Time.GetUtcNow();

    private async Task<RunEvent?> AnchorAsync(Run run, Command.AnchorHead anchor, CancellationToken cancellationToken)
    {
        var head = journal.Hash(run.Id, anchor.Sequence)
            ?? throw new JournalException($"Run '{run.Id}' has no event {anchor.Sequence}.", "This is a defect; the evidence will show the gap.");
        var location = await CrashPoint.AroundAsync("anchor", () => options.Anchors.AnchorAsync(run.Id, run.Environment!, anchor.Sequence, head, cancellationToken))
            .ConfigureAwait(false);
        return new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, head, location, Now);
    }

    private async Task TryAsync(Run run, Command command, Func<CancellationToken, Task<RunEvent?>> act)
    {
        try
        {
            await places.WaitAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        try
        {
            using var limit = new CancellationTokenSource(AnswerWithin, options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
            if (await act(either.Token).WaitAsync(either.Token).ConfigureAwait(false) is { } result)
                report(run.Id, result, command.Name);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked again by the next owner.
        }
#pragma warning disable CA1031 // Whatever a channel throws, a run must not stop because somebody could not be told; it is an event.
        catch (Exception error)
#pragma warning restore CA1031
        {
            var why = error is OperationCanceledException ? $"No answer within {AnswerWithin.TotalSeconds} s." : error.Message;
            report(run.Id, command switch
            {
                Command.AnchorHead anchor => new RunEvent.AnchorFailed(anchor.Id, why, Now),
                Command.Tell tell => new RunEvent.TellFailed(tell.Id, why, Now),
                _ => new RunEvent.TellFailed(command.Name, why, Now),
            }, command is Command.RaiseAlert ? NotReported : command.Name);
        }
        finally
        {
            places.Release();
        }
    }

    private void Forget(string runId, Task done)
    {
        lock (gate)
        {
            if (showing.TryGetValue(runId, out var last) && last == done)
                showing.Remove(runId);
        }
    }
}
