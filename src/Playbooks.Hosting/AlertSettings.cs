using Azure.Identity;
using Playbooks.Connectors.Monitoring;
using Playbooks.Core;
using Playbooks.Web.Alerts;
using Playbooks.Web.Tokens;

namespace Playbooks.Hosting;

/// <summary>Who besides the host's own user may send it alerts, from the process's environment variables: secrets stand in no file of ours.</summary>
public static class AlertSettings
{
    private static readonly TimeSpan AskedAtMost = TimeSpan.FromSeconds(30);

    /// <summary>Id of the Entra tenant whose Azure Monitor may call.</summary>
    public const string TenantVariable = "PLAYBOOKS_ALERTS_TENANT";
    /// <summary>Client id of the application in that tenant which the action group names.</summary>
    public const string AudienceVariable = "PLAYBOOKS_ALERTS_AUDIENCE";
    /// <summary>Secrets of signed webhooks, separated by blanks or lines; several while one is being replaced.</summary>
    public const string SecretsVariable = "PLAYBOOKS_ALERTS_WEBHOOK_SECRETS";

    /// <summary>Ids of the subscriptions that are asked for alerts that never arrived, separated by blanks or lines.</summary>
    public const string SubscriptionsVariable = "PLAYBOOKS_ALERTS_SUBSCRIPTIONS";

    /// <exception cref="HostSettingException">One of them is no id.</exception>
    public static string[] Subscriptions(Func<string, string?> variable)
    {
        var subscriptions = Words(variable(SubscriptionsVariable));
        // By its number: what stands where it does not belong may be a secret.
        return Array.FindIndex(subscriptions, subscription => !Guid.TryParse(subscription, out _)) is var wrong and >= 0
            ? throw new HostSettingException($"{SubscriptionsVariable}: number {wrong + 1} is not the id of a subscription, which is a GUID.") : subscriptions;
    }

    /// <summary>Null where there is no subscription to ask.</summary>
    public static AlertReconciler? Reconciler(string[] subscriptions, IAlertInbox inbox, Action wake, TimeProvider time, Action<string> say)
    {
        if (subscriptions.Length == 0)
            return null;
        var fired = new FiredAlerts(new HttpClient { BaseAddress = FiredAlerts.ResourceManager, Timeout = AskedAtMost }, new DefaultAzureCredential());
        return new AlertReconciler("Azure Monitor", async cancellationToken =>
        {
            var texts = new List<string>();
            foreach (var subscription in subscriptions)
                texts.AddRange(await fired.OfAsync(subscription, cancellationToken));
            return texts;
        }, inbox, wake, time, say);
    }

    /// <returns>Whom the host's own key stands for is not known yet.</returns>
    /// <exception cref="HostSettingException">One says how to mend it, without repeating a secret.</exception>
    public static AlertSenders Read(Func<string, string?> variable, TimeProvider time)
    {
        var (tenant, audience) = (Id(variable, TenantVariable, "a tenant"), Id(variable, AudienceVariable, "an application, its client id"));
        if (tenant is null != audience is null)
            throw new HostSettingException($"{TenantVariable} and {AudienceVariable} go together: set both or neither.");
        var secrets = Words(variable(SecretsVariable));
        if (secrets.Length > StandardWebhook.SecretsMax)
            throw new HostSettingException($"{SecretsVariable} has more than {StandardWebhook.SecretsMax} secrets.");
        try
        {
            return new AlertSenders(tenant is { } ours ? new AlertTokens(ours, audience!.Value, TenantTokens.KeysOf(ours), time) : null, Array.ConvertAll(secrets, WebhookSecret.Parse), _ => null);
        }
        catch (FormatException wrong)
        {
            throw new HostSettingException($"{SecretsVariable}: {wrong.Message}");
        }
    }

    private static string[] Words(string? text) => (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>However a GUID is written, it is the one that stands in tokens. Null where none is set.</summary>
    private static Guid? Id(Func<string, string?> variable, string name, string of) => variable(name) switch
    {
        null or "" => null,
        var text when Guid.TryParse(text, out var id) => id,
        _ => throw new HostSettingException($"{name} is not the id of {of}, which is a GUID."),
    };
}
