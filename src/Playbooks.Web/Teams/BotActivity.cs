using System.Collections.Immutable;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;

namespace Playbooks.Web.Teams;

/// <summary>An activity of Bot Service: what happened in Teams, as far as this bot looks at it. All that it says is its sender's word.</summary>
public sealed record BotActivity
{
    public const int MaxBytes = 256 * 1024;
    public const string Teams = "msteams";

    /// <summary>Ids of people and bots, of conversations and messages. The longest that Teams makes have a third of it.</summary>
    private const int IdMaxCharacters = 1024;
    private const int NameMaxCharacters = 256;
    private const int MembersMax = 100;

    private BotActivity() { }

    public required string Type { get; init; }
    /// <summary>Of an invoke: what is invoked.</summary>
    public string? Name { get; init; }
    /// <summary>The same when it is sent again.</summary>
    public required string Id { get; init; }
    public required string Channel { get; init; }
    public required string ServiceUrl { get; init; }
    public required BotPerson From { get; init; }
    public required string Recipient { get; init; }
    /// <summary>Of a thread, with the id of its first message.</summary>
    public required string Conversation { get; init; }
    public required string ConversationType { get; init; }
    public required string ConversationTenant { get; init; }
    public required string ChannelTenant { get; init; }
    public string? Team { get; init; }
    /// <summary>The message whose card was used.</summary>
    public string? ReplyTo { get; init; }
    /// <summary>Of an installation: add or remove.</summary>
    public string? Action { get; init; }
    public ImmutableArray<string> MembersAdded { get; init; } = [];
    public ImmutableArray<string> MembersRemoved { get; init; } = [];
    public required JsonData Value { get; init; }

    /// <summary>Refuses what is not JSON, is too large, repeats a name, or lacks what every activity has.</summary>
    public static BotReading Read(ReadOnlySpan<byte> json)
    {
        switch (StrictJson.Read(json, new StrictJsonLimits(MaxBytes)))
        {
            case StrictJsonResult.Refused refused:
                var first = refused.Errors[0];
                return new BotReading.Refused(Printable.Line($"{first.At}: {first.Message}"));
            case StrictJsonResult.Accepted accepted:
                var fields = new Fields();
                var activity = Of(accepted.Value, fields);
                return fields.Wrong is { } wrong ? new BotReading.Refused(wrong) : new BotReading.Accepted(activity);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static BotActivity Of(JsonData json, Fields fields)
    {
        var (conversation, tenant) = (json["conversation"], json["channelData"]?["tenant"]);
        return new BotActivity
        {
            Type = fields.Required(json, "type"),
            Name = fields.Optional(json, "name"),
            Id = fields.Required(json, "id"),
            Channel = fields.Required(json, "channelId"),
            ServiceUrl = fields.Required(json, "serviceUrl"),
            From = new BotPerson(fields.Required(json["from"], "id"), fields.Optional(json["from"], "name", NameMaxCharacters), fields.Optional(json["from"], "aadObjectId"), fields.Optional(json["from"], "role")),
            Recipient = fields.Required(json["recipient"], "id"),
            Conversation = fields.Required(conversation, "id"),
            ConversationType = fields.Optional(conversation, "conversationType") ?? "",
            ConversationTenant = fields.Required(conversation, "tenantId"),
            ChannelTenant = fields.Required(tenant, "id"),
            Team = fields.Optional(json["channelData"]?["team"], "id"),
            ReplyTo = fields.Optional(json, "replyToId"),
            Action = fields.Optional(json, "action"),
            MembersAdded = fields.Ids(json["membersAdded"]),
            MembersRemoved = fields.Ids(json["membersRemoved"]),
            Value = json["value"] ?? JsonData.Null,
        };
    }

    /// <summary>Reads fields and keeps the first thing that is wrong.</summary>
    private sealed class Fields
    {
        public string? Wrong { get; private set; }

        public string Required(JsonData? of, string name) => Optional(of, name) ?? Miss($"The activity's {name} is missing.");

        public string? Optional(JsonData? of, string name, int maxCharacters = IdMaxCharacters)
        {
            if (of?[name] is not { IsNull: false } value)
                return null;
            if (value.AsString() is not { } text)
                return Miss($"The activity's {name} is no text.");
            if (text.Length > maxCharacters)
                return Miss($"The activity's {name} is longer than {maxCharacters} characters.");
            return text.Length > 0 ? text : null;
        }

        public ImmutableArray<string> Ids(JsonData? members) => [.. (members?.Elements ?? []).Take(MembersMax).Select(member => Required(member, "id"))];

        private string Miss(string wrong)
        {
            Wrong ??= wrong;
            return "";
        }
    }
}

/// <summary>Who acted, as Bot Service says.</summary>
/// <param name="Id">In Teams; <c>29:…</c> for people, <c>28:…</c> for bots.</param>
/// <param name="ObjectId">In the tenant's directory.</param>
/// <param name="Role">user, or bot.</param>
public sealed record BotPerson(string Id, string? Name, string? ObjectId, string? Role)
{
    private const string BotPrefix = "28:";

    public bool IsBot => Id.StartsWith(BotPrefix, StringComparison.Ordinal) || (Role is not null && !Role.Equals("user", StringComparison.OrdinalIgnoreCase));

    /// <summary>As environments name people; null for a bot, and for whoever the directory does not know.</summary>
    public string? Person => !IsBot && Guid.TryParseExact(ObjectId, "D", out var id) && id != Guid.Empty ? $"entra:{id}" : null;
}

/// <summary>An activity, or what is wrong with it.</summary>
public abstract record BotReading
{
    private BotReading() { }

    public sealed record Accepted(BotActivity Activity) : BotReading;

    public sealed record Refused(string Reason) : BotReading;
}
