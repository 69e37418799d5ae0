namespace Playbooks.Core.Definitions;

/// <summary>How people of this environment are reached through Microsoft Teams, and by what else when Teams does not answer.</summary>
/// <param name="Tenant">The one tenant that is served.</param>
/// <param name="App">Client id of the bot, which is also the identity that asks the directory.</param>
/// <param name="Channel">Logical name of the channel, of kind <c>teams</c>, in which each run gets its thread.</param>
/// <param name="Pages">Where our pages are reached; cards, nudges and mails link there.</param>
public sealed record TeamsTarget(Guid Tenant, Guid App, string Channel, Uri Pages)
{
    /// <summary>The one host of Bot Service that speaks for Teams in the public cloud. What comes in must name it, and our token goes nowhere else.</summary>
    public const string ServiceHost = "smba.trafficmanager.net";

    /// <summary>The bot's secret; null where the host's managed identity is the bot.</summary>
    public SecretReference? Secret { get; init; }
    /// <summary>Where the first message goes before anybody has written to the bot; null for the public cloud's address.</summary>
    public Uri? ServiceUrl { get; init; }
    /// <summary>Mailbox (address or object id) that mails are sent from; null sends none.</summary>
    public string? MailFrom { get; init; }
    /// <summary>Address of a webhook that sends text messages; null sends none.</summary>
    public SecretReference? Sms { get; init; }
    /// <summary>Team whose shift plan says who is on call. Of those who may decide, they are told; who may decide is not changed by it. Null: all are told.</summary>
    public Guid? OnCall { get; init; }
}
