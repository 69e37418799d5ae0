using Azure.Identity;
using Playbooks.Connectors.Monitoring;
using Playbooks.Core;
using Playbooks.Web;
using Playbooks.Web.Alerts;

namespace Playbooks.Cli.Host;

/// <summary>Who besides the host's own user may send it alerts, from the process's environment variables: secrets stand in no file of ours.</summary>
internal static class AlertSettings
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

    /// <summary>Null where no subscription is named.</summary>
    /// <exception cref="CliException">One of them is no id.</exception>
    public static AlertReconciler? Reconciler(Func<string, string?> variable, IAlertInbox inbox, Action wake, TimeProvider time, Action<string> say)
    {
        var subscriptions = Words(variable(SubscriptionsVariable));
        if (Array.Find(subscriptions, subscription => !Guid.TryParse(subscription, out _)) is { } wrong)
            throw new CliException(ExitCodes.WrongInput, $"{SubscriptionsVariable}: '{wrong}' is not the id of a subscription, which is a GUID.");
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

    /// <exception cref="CliException">One says how to mend it, without repeating a secret.</exception>
    public static AlertSenders Read(Func<string, string?> variable, Func<string, Caller?> caller, TimeProvider time)
    {
        var (tenant, audience) = (Id(variable, TenantVariable, "a tenant"), Id(variable, AudienceVariable, "an application, its client id"));
        if (tenant is null != audience is null)
            throw new CliException(ExitCodes.WrongInput, $"{TenantVariable} and {AudienceVariable} go together: set both or neither.");
        var secrets = Words(variable(SecretsVariable));
        if (secrets.Length > StandardWebhook.SecretsMax)
            throw new CliException(ExitCodes.WrongInput, $"{SecretsVariable} has more than {StandardWebhook.SecretsMax} secrets.");
        try
        {
            return new AlertSenders(tenant is { } ours ? new AlertTokens(ours, audience!.Value, AlertTokens.KeysOf(ours), time) : null, Array.ConvertAll(secrets, WebhookSecret.Parse), caller);
        }
        catch (FormatException wrong)
        {
            throw new CliException(ExitCodes.WrongInput, $"{SecretsVariable}: {wrong.Message}");
        }
    }

    private static string[] Words(string? text) => (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>However a GUID is written, it is the one that stands in tokens. Null where none is set.</summary>
    private static Guid? Id(Func<string, string?> variable, string name, string of) => variable(name) switch
    {
        null or "" => null,
        var text when Guid.TryParse(text, out var id) => id,
        _ => throw new CliException(ExitCodes.WrongInput, $"{name} is not the id of {of}, which is a GUID."),
    };
}
