using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Renderings;

namespace Playbooks.Web.Alerts;

/// <summary>
/// Makes of every alert that is kept what the playbooks say: starts runs, lets drills know that they were detected, tells runs that a condition is over.
/// What it does for a delivery has the same ids each time, so it may be cut off anywhere and begin again. One alert after another: an alert's end comes after it.
/// </summary>
public sealed class AlertDispatcher(IAlertInbox inbox, IRuns runs, AlertPolicy policy) : IDisposable
{
    /// <summary>Alerts in memory at a time; the others wait on the disk.</summary>
    private const int AtOnceMax = 32;

    /// <summary>Who started a run that an alert started.</summary>
    public const string StartedBy = "alert";

    private readonly SemaphoreSlim arrived = new(0, 1);

    /// <summary>There is something in the inbox. Called as often as one likes.</summary>
    public void Wake()
    {
        try
        {
            arrived.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake.
        }
    }

    /// <summary>Begins with what an earlier process left, then waits for <see cref="Wake"/>.</summary>
    /// <exception cref="OperationCanceledException">It was told to stop; what is left waits for the next start.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await SettleAsync(cancellationToken).ConfigureAwait(false);
            await arrived.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Settles what is in the inbox now. Trouble that passes is thrown when all else is done: what met it waits for the next time.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? trouble = null;
        while (trouble is null && inbox.Unsettled(AtOnceMax) is { Count: > 0 } waiting)
        {
            foreach (var kept in waiting)
            {
                AlertFate fate;
                try
                {
                    fate = await ContainedAsync(kept.Received, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception passing) when (!cancellationToken.IsCancellationRequested && Passes(passing))
                {
                    trouble ??= ExceptionDispatchInfo.Capture(passing);
                    continue;
                }
                await inbox.SettleAsync(kept.Received.Delivery, fate, cancellationToken).ConfigureAwait(false);
                policy.Say(Line(kept, fate));
            }
        }
        trouble?.Throw();
    }

    public void Dispose() => arrived.Dispose();

    /// <summary>A defect that one alert meets is shown at that alert and keeps no other from starting its run. Where the journal has stopped, settling stops too.</summary>
    private async Task<AlertFate> ContainedAsync(ReceivedAlert received, CancellationToken cancellationToken)
    {
        try
        {
            return await FateOfAsync(received, cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // A defect has no type.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && !Passes(error))
#pragma warning restore CA1031
        {
            policy.TellOwner(Printable.Line($"The alert {received.AlertId} could not be handled, start by hand what it should have started: {error.Message}"));
            return new AlertFate([], [$"This is a defect: {error.Message} Start by hand what it should have started."]);
        }
    }

    private bool Passes(Exception trouble) => policy.Passes?.Invoke(trouble) ?? false;

    /// <summary>One line for whoever watches the host.</summary>
    private static string Line(KeptAlert kept, AlertFate fate)
    {
        var what = AlertReader.Read(kept.Received.Text) is AlertReading.Accepted { Alert: var alert } ? $"{alert.Condition.Name} {alert.Severity} {alert.Rule ?? alert.Id}" : kept.Received.AlertId;
        var effects = fate.Effects.Select(effect => $"{WireName.Of(effect.Kind)} {effect.RunId ?? effect.Playbook}");
        return Printable.Line($"Alert {kept.Number}, {what}: {string.Join(", ", effects.Concat(fate.Reasons))}");
    }

    private async Task<AlertFate> FateOfAsync(ReceivedAlert received, CancellationToken cancellationToken) => AlertReader.Read(received.Text) switch
    {
        AlertReading.Accepted { Alert: { Condition: AlertCondition.Resolved resolved } alert } => await ResolveAsync(alert, resolved.At ?? received.ReceivedAt, cancellationToken).ConfigureAwait(false),
        AlertReading.Accepted { Alert: var alert } when EarlierOf(received) is { } earlier => new AlertFate([], [$"{alert.Id} is delivery {earlier} too; one of the two was asked for, and their times differ."]),
        AlertReading.Accepted { Alert: var alert } => await FireAsync(alert, cancellationToken).ConfigureAwait(false),
        _ => new AlertFate([], ["This version cannot read it, though another one took it in. Start by hand what it should have started."]),
    };

    /// <summary>
    /// A delivery of the same alert that came before, where one of the two was asked for: the lists of a monitor may round the firing time that its messages give.
    /// </summary>
    private string? EarlierOf(ReceivedAlert received) => inbox.OfAlert(received.AlertId).TakeWhile(kept => kept.Received.Delivery != received.Delivery)
        .FirstOrDefault(kept => (kept.Received.Via == AlertReconciler.Via || received.Via == AlertReconciler.Via) && AlertReconciler.HasFired(kept))?.Received.Delivery;

    private async Task<AlertFate> FireAsync(Alert alert, CancellationToken cancellationToken)
    {
        var effects = ImmutableArray.CreateBuilder<AlertEffect>();
        var reasons = ImmutableArray.CreateBuilder<string>();
        var isDrill = policy.Environment.Kind == EnvironmentKind.Drill;
        if (isDrill && !alert.IsTest)
            effects.AddRange(await DetectAsync(alert, cancellationToken).ConfigureAwait(false));
        if (effects.Count == 0)
        {
            foreach (var playbook in policy.Playbooks)
            {
                switch (AlertVerdict.Of(playbook, alert))
                {
                    case AlertVerdict.Starts when isDrill != alert.IsTest:
                        reasons.Add(isDrill ? $"{playbook.Name} takes it, but none of its drills awaits an alert now." : $"{playbook.Name} takes it, but a test starts drills only, and {policy.Environment.Name} is live.");
                        break;
                    case AlertVerdict.Starts starts:
                        effects.Add(EffectOf(playbook.Name, await policy.StartAsync(Request(playbook, starts, alert), cancellationToken).ConfigureAwait(false)));
                        break;
                    case AlertVerdict.InputsRefused refused:
                        effects.Add(new AlertEffect(playbook.Name, AlertEffectKind.Rejected, null, refused.Reasons));
                        break;
                }
            }
            if (effects.Count == 0 && reasons.Count == 0)
                reasons.Add("No playbook takes it. 'playbooks alert' says why for each.");
        }
        foreach (var rejected in effects.Where(effect => effect.Kind == AlertEffectKind.Rejected))
            policy.TellOwner(Printable.Line($"The alert {alert.Rule ?? alert.Id} should start {rejected.Playbook}, but: {string.Join(' ', rejected.Reasons)}"));
        // Nobody promises that a monitor's two messages arrive in order.
        foreach (var end in inbox.OfAlert(alert.Id))
        {
            if (AlertReader.Read(end.Received.Text) is AlertReading.Accepted { Alert: { Condition: AlertCondition.Resolved resolved } over } && over.FiredAt == alert.FiredAt)
                await TellRunsAsync(effects, resolved.At ?? end.Received.ReceivedAt, cancellationToken).ConfigureAwait(false);
        }
        return new AlertFate(effects.ToImmutable(), reasons.ToImmutable());
    }

    /// <summary>Drills of this environment that wait for such an alert.</summary>
    private async Task<IReadOnlyList<AlertEffect>> DetectAsync(Alert alert, CancellationToken cancellationToken)
    {
        var detected = new List<AlertEffect>();
        foreach (var summary in await runs.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (summary.State != RunState.AwaitingDetection || summary.Environment != policy.Environment.Name
                || await runs.FindAsync(summary.RunId, cancellationToken).ConfigureAwait(false) is not { Playbook: { } playbook } run || TriggerMatch.Find(playbook, alert) is null)
                continue;
            await runs.SignalAsync(summary.RunId, new RunEvent.AlertAttached(alert.ToData(), alert.FiredAt, run.Now), cancellationToken).ConfigureAwait(false);
            detected.Add(new AlertEffect(summary.Playbook, AlertEffectKind.Detected, summary.RunId, []));
        }
        return detected;
    }

    private async Task<AlertFate> ResolveAsync(Alert alert, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await policy.ResolveHeldBackAsync(alert.Id, cancellationToken).ConfigureAwait(false);
        var started = OfSameFiring(alert).SelectMany(kept => kept.Fate?.Effects ?? []).Where(effect => effect.Kind is not AlertEffectKind.Resolved).ToList();
        var told = await TellRunsAsync(started, at, cancellationToken).ConfigureAwait(false);
        return new AlertFate(told, told.IsEmpty ? ["No run that this alert started is known. It starts nothing by being over."] : []);
    }

    /// <summary>
    /// What an alert's end is about: the deliveries that fired when it says, so that the end of a second incident is not told to the runs of the first. Of a monitor
    /// that gives another firing time at the end, all of this id.
    /// </summary>
    private IEnumerable<KeptAlert> OfSameFiring(Alert over)
    {
        var deliveries = inbox.OfAlert(over.Id);
        var own = deliveries.Where(kept => AlertReader.Read(kept.Received.Text) is AlertReading.Accepted { Alert: { Condition: AlertCondition.Fired } fired } && fired.FiredAt == over.FiredAt).ToList();
        return own.Count > 0 ? own : deliveries;
    }

    private async Task<ImmutableArray<AlertEffect>> TellRunsAsync(IEnumerable<AlertEffect> started, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var told = ImmutableArray.CreateBuilder<AlertEffect>();
        foreach (var effect in started.Where(effect => effect.RunId is not null).DistinctBy(effect => effect.RunId).ToList())
        {
            if (await runs.SignalAsync(effect.RunId!, new RunEvent.AlertResolved(at, default), cancellationToken).ConfigureAwait(false))
                told.Add(new AlertEffect(effect.Playbook, AlertEffectKind.Resolved, effect.RunId, []));
        }
        return told.ToImmutable();
    }

    /// <summary>The same for the same delivery, so that it starts one run however often it is tried.</summary>
    private StartRequest Request(Playbook playbook, AlertVerdict.Starts starts, Alert alert) => new($"alert/{alert.Delivery}/{playbook.Name}", playbook, policy.Environment,
        policy.Environment.Kind == EnvironmentKind.Drill ? RunMode.Drill : RunMode.Live, starts.Inputs, alert.ToData(), StartedBy, null, alert.FiredAt, null);

    private static AlertEffect EffectOf(string playbook, StartResult result) => result switch
    {
        StartResult.Started started => new(playbook, AlertEffectKind.Started, started.RunId, []),
        StartResult.Attached attached => new(playbook, AlertEffectKind.Attached, attached.RunId, []),
        StartResult.Queued queued => new(playbook, AlertEffectKind.Queued, null, [$"It is number {queued.Position} in the queue of its key."]),
        StartResult.HeldBack held => new(playbook, AlertEffectKind.HeldBack, null, [$"Run {held.EndedRunId} ended a moment ago; held back until {held.Until:O}."]),
        StartResult.Rejected rejected => new(playbook, AlertEffectKind.Rejected, null, rejected.Reasons),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>What a host does with alerts.</summary>
/// <param name="StartAsync">Starts a run, having looked whether the playbook fits the environment.</param>
/// <param name="ResolveHeldBackAsync">An alert with this id is over: what was only held back for it does not start.</param>
/// <param name="TellOwner">A playbook should have started and could not.</param>
/// <param name="Say">To the operator: what became of each alert.</param>
/// <param name="Passes">Whether an exception is trouble of what the host stands on and not a defect: the alert is tried again. Null where nothing of that kind is thrown.</param>
public sealed record AlertPolicy(IReadOnlyList<Playbook> Playbooks, DeploymentEnvironment Environment, Func<StartRequest, CancellationToken, Task<StartResult>> StartAsync,
    Func<string, CancellationToken, Task> ResolveHeldBackAsync, Action<string> TellOwner, Action<string> Say, Func<Exception, bool>? Passes = null);
