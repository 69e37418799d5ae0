using Playbooks.Hosting;
using Playbooks.Web.Alerts;

namespace Playbooks.DurableFunctions.Host;

/// <summary>
/// What a host does by the clock and not because somebody calls: it finishes what whoever died has left, and looks at schedules, dead letters, alerts that never
/// arrived. One instance of the host at a time, once a minute; whatever it does can be repeated, and what fails keeps nothing else from being done.
/// </summary>
public sealed class Patrol(AzureHost host)
{
    private const string SchedulesMark = "schedules";
    private static readonly TimeSpan AdoptsEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan PurgesEvery = TimeSpan.FromDays(1);
    /// <summary>Long enough to look into a history that somebody wonders about.</summary>
    private static readonly TimeSpan HistoriesKeptFor = TimeSpan.FromDays(30);

    private readonly AlertReconciler? reconciler = host.Reconciler();
    private DateTimeOffset adoptedAt, purgedAt, reconciledAt;
    private bool swept;

    public async Task GoAsync(CancellationToken cancellationToken)
    {
        var now = host.Time.GetUtcNow();
        await TryAsync("What came for runs", () => host.Inbox.RaiseAgainAsync(cancellationToken), cancellationToken);
        await TryAsync("Concurrency keys", () => host.Keys.PatrolAsync(cancellationToken), cancellationToken);
        await TryAsync("Alerts", () => host.Dispatcher.SettleAsync(cancellationToken), cancellationToken);
        await TryAsync("Schedules", () => SchedulesAsync(now, cancellationToken), cancellationToken);
        await TryAsync("Dead letters", () => host.DeadLetters.LookAsync(cancellationToken), cancellationToken);
        if (reconciler is not null && now - reconciledAt >= AlertReconciler.Interval)
        {
            reconciledAt = now;
            await TryAsync("Alerts that never arrived", () => reconciler.ReconcileAsync(cancellationToken), cancellationToken);
        }
        if (now - adoptedAt >= AdoptsEvery)
        {
            adoptedAt = now;
            await TryAsync("Runs without an instance", () => AdoptAsync(cancellationToken), cancellationToken);
        }
        if (now - purgedAt >= PurgesEvery)
        {
            purgedAt = now;
            await TryAsync("Old histories", () => PurgeAsync(now, cancellationToken), cancellationToken);
        }
        await TryAsync("Evidence", () => host.Packs.MakeMissingAsync(now, cancellationToken), cancellationToken);
        if (host.Teams is { } teams && !swept)
        {
            swept = true;
            await TryAsync("Cards", teams.SweepAsync, cancellationToken);
        }
    }

    /// <summary>From where the last patrol has stopped, whichever instance it was.</summary>
    private async Task SchedulesAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var earliest = now - Scheduler.MissedAtMost;
        var looked = await host.Marks.FindInstantAsync(SchedulesMark, cancellationToken) is { } mark && mark > earliest ? mark : earliest;
        await host.Scheduler.LookAsync(looked, now, cancellationToken);
        await host.Marks.SetInstantAsync(SchedulesMark, now, cancellationToken);
    }

    private async Task AdoptAsync(CancellationToken cancellationToken)
    {
        foreach (var run in await host.Runs.AdoptLostAsync(cancellationToken))
            host.Say($"{run} had no instance any more and goes on from its journal.");
    }

    private async Task PurgeAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await host.Instances.PurgeAsync(now - HistoriesKeptFor, cancellationToken) is var purged and > 0)
            host.Say($"{purged} histories of runs that are over were removed from the task hub; their journals stay.");
    }

    private async Task TryAsync(string what, Func<Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act();
        }
#pragma warning disable CA1031 // Storage, networks and identities fail in many ways; all that it means is that the next minute must do.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            host.Say($"{what} could not be looked after and are tried again: {failure.Message}");
        }
    }
}
