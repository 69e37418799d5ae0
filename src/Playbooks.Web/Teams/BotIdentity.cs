namespace Playbooks.Web.Teams;

/// <summary>Who this bot is, and where it is used: in one tenant, in Teams, through the hosts of Bot Service.</summary>
/// <param name="AppId">Of the bot's application in Entra.</param>
public sealed record BotIdentity(Guid AppId, Guid Tenant, ServiceHosts Hosts)
{
    /// <summary>How activities name this bot.</summary>
    public string Id => $"28:{AppId}";

    /// <summary>Why an activity that Bot Service sent is not for this bot; null where it is.</summary>
    /// <param name="claimed">The address of Bot Service that the token names.</param>
    public string? Refusal(BotActivity activity, string claimed)
    {
        if (Hosts.Read(activity.ServiceUrl) is null)
            return "The activity names an address that is not Bot Service's.";
        if (!Hosts.Same(claimed, activity.ServiceUrl))
            return "The activity names another address than its token.";
        if (activity.Channel != BotActivity.Teams)
            return "The activity is not from Teams.";
        if (!IsOurs(activity.ChannelTenant) || !IsOurs(activity.ConversationTenant))
            return "The activity is from another tenant.";
        return activity.Recipient == Id ? null : "The activity is for another bot.";
    }

    private bool IsOurs(string tenant) => Guid.TryParseExact(tenant, "D", out var id) && id == Tenant;
}
