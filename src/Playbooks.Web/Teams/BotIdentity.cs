using System.Collections.Immutable;

namespace Playbooks.Web.Teams;

/// <summary>Who this bot is, and where it is used: in one tenant, in Teams, through the hosts of Bot Service.</summary>
/// <param name="AppId">Of the bot's application in Entra.</param>
public sealed record BotIdentity(Guid AppId, Guid Tenant, ServiceHosts Hosts)
{
    /// <summary>What must be true of an activity that Bot Service sent, in this order.</summary>
    public static ImmutableArray<IdentityCheck> InOrder { get; } =
    [
        new("its `serviceUrl` is an address of a host of Bot Service, from a list of exact names", "The activity names an address that is not Bot Service's.", (bot, activity, _) => bot.Hosts.Read(activity.ServiceUrl) is not null),
        new("its token names the same host", "The activity names another address than its token.", (bot, activity, claimed) => bot.Hosts.Same(claimed, activity.ServiceUrl)),
        new("its channel is Teams", "The activity is not from Teams.", (_, activity, _) => activity.Channel == BotActivity.Teams),
        new("channel and conversation are of our tenant", "The activity is from another tenant.", (bot, activity, _) => bot.IsOurs(activity.ChannelTenant) && bot.IsOurs(activity.ConversationTenant)),
        new("its recipient is this bot", "The activity is for another bot.", (bot, activity, _) => activity.Recipient == bot.Id),
    ];

    /// <summary>How activities name this bot.</summary>
    public string Id => $"28:{AppId}";

    /// <summary>Why an activity that Bot Service sent is not for this bot; null where it is.</summary>
    /// <param name="claimed">The address of Bot Service that the token names.</param>
    public string? Refusal(BotActivity activity, string claimed) => InOrder.FirstOrDefault(check => !check.Holds(this, activity, claimed))?.Reason;

    private bool IsOurs(string tenant) => Guid.TryParseExact(tenant, "D", out var id) && id == Tenant;
}

/// <param name="What">As the guide says it.</param>
/// <param name="Reason">As the sender is answered.</param>
public sealed record IdentityCheck(string What, string Reason, Func<BotIdentity, BotActivity, string, bool> Holds);
