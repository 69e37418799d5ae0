using Playbooks.Core;
using Playbooks.Core.Alerts;

namespace Playbooks.Web.Alerts;

/// <summary>
/// Asks now and then which alerts are firing, and keeps those that never arrived. Azure Monitor calls nobody for a quarter of an hour after an
/// endpoint failed too often, and what it would have sent then it never sends.
/// </summary>
/// <param name="source">For people: whom it asks.</param>
/// <param name="ask">Texts of the alerts that are firing; throws what it cannot help.</param>
/// <param name="wake">There is something new in the inbox.</param>
/// <param name="say">To the operator.</param>
public sealed class AlertReconciler(string source, Func<CancellationToken, Task<IReadOnlyList<string>>> ask, IAlertInbox inbox, Action wake, TimeProvider time, Action<string> say)
{
    /// <summary>What marks a delivery that nobody delivered.</summary>
    public const string Via = "asked for";

    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Younger alerts are still under way: a sender tries for 75 seconds.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(2);

    /// <summary>Older ones are past every recovery objective; people have them from elsewhere, and a run would surprise them.</summary>
    public static readonly TimeSpan OldestTaken = TimeSpan.FromHours(4);

    private bool failing;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await ReconcileAsync(cancellationToken).ConfigureAwait(false);
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks once.</summary>
    /// <returns>Alerts that were missing.</returns>
    public async Task<int> ReconcileAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> texts;
        try
        {
            texts = await ask(cancellationToken).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Networks, identities and services fail in many ways; all that it means is that the next time must do.
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!failing)
                say($"{source} cannot be asked for alerts that never arrived: {error.Message} Alerts that are sent are taken as before.");
            failing = true;
            return 0;
        }
        if (failing)
            say($"{source} can be asked for alerts again.");
        failing = false;
        var missing = 0;
        foreach (var text in texts)
        {
            var now = time.GetUtcNow();
            if (AlertReader.Read(text) is not AlertReading.Accepted { Alert: { Condition: AlertCondition.Fired } alert } || now - alert.FiredAt < Grace || now - alert.FiredAt > OldestTaken
                || inbox.OfAlert(alert.Id).Any(HasFired) || !await inbox.KeepAsync(new ReceivedAlert(alert.Delivery, alert.Id, text, now, Via), cancellationToken).ConfigureAwait(false))
                continue;
            missing++;
            wake();
        }
        return missing;
    }

    /// <summary>Whether the delivery says that the alert fired.</summary>
    internal static bool HasFired(KeptAlert kept) => AlertReader.Read(kept.Received.Text) is AlertReading.Accepted { Alert.Condition: AlertCondition.Fired };
}
