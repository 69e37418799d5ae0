using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions.Environments;

internal sealed partial class EnvironmentDraftReader
{
    private const string ExampleChannel = "\"19:0123456789abcdef@thread.tacv2\"";
    private const string ExampleGuid = "\"5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11\"";

    private static ChannelTarget? ReadChannel(Node node)
    {
        if (Fields.Of(node, "{ \"kind\": \"terminal\" }") is not { } fields)
            return null;
        var kind = fields.Required("kind", "\"terminal\"")?.AsWord<ChannelKind>(WireName.Of) ?? ChannelKind.Terminal;
        string? id = null;
        if (kind == ChannelKind.Teams && fields.Required("channel", ExampleChannel) is { } written)
        {
            id = written.AsText(256);
            if (id is not null && !TeamsChannel().IsMatch(id))
                written.Error(ErrorCodes.BadTeamsChannel, $"{written.Shown} is no channel of Teams.", $"Write its id, which stands in the channel's link, for example {ExampleChannel}.");
        }
        fields.RefuseOthers();
        return new ChannelTarget(kind) { Channel = id };
    }

    private static TeamsTarget? ReadTeams(Node node, ImmutableSortedDictionary<string, ChannelTarget> channels)
    {
        if (Fields.Of(node, "{ \"tenant\": \"…\", \"app\": \"…\", \"channel\": \"incidents\", \"pages\": \"https://recovery.university.example\" }") is not { } fields)
            return null;
        var channel = fields.Required("channel", "\"incidents\"");
        var name = channel?.AsSlug();
        if (name is not null && channels.GetValueOrDefault(name)?.Kind != ChannelKind.Teams)
            channel!.Value.Error(ErrorCodes.BadTeamsChannel, $"The channel '{name}' is not one of Teams.",
                NearestName.Advice(name, [.. channels.Where(known => known.Value.Kind == ChannelKind.Teams).Select(known => known.Key)], $"Add it to channels: {{ \"kind\": \"teams\", \"channel\": {ExampleChannel} }}."));
        var target = new TeamsTarget(AsGuid(fields.Required("tenant", ExampleGuid)) ?? Guid.Empty, AsGuid(fields.Required("app", ExampleGuid)) ?? Guid.Empty, name ?? "",
            AsHttps(fields.Required("pages", "\"https://recovery.university.example\"")) ?? new Uri("https://localhost"))
        {
            Secret = fields.Optional("secret")?.AsSecret(),
            ServiceUrl = AsHttps(fields.Optional("serviceUrl")),
            MailFrom = fields.Optional("mailFrom")?.AsText(320),
            Sms = fields.Optional("sms")?.AsSecret(),
            OnCall = AsGuid(fields.Optional("onCall")),
        };
        fields.RefuseOthers();
        return target;
    }

    private static Guid? AsGuid(Node? node)
    {
        if (node is not { } written || !written.Is(System.Text.Json.JsonValueKind.String, ExampleGuid))
            return null;
        if (Guid.TryParseExact(written.Text, "D", out var id))
            return id;
        written.Error(ErrorCodes.BadGuid, $"{written.Shown} is no id of Entra.", $"Write a GUID, for example {ExampleGuid}.");
        return null;
    }

    private static Uri? AsHttps(Node? node)
    {
        if (node?.AsUrl() is not { } url)
            return null;
        if (url.Scheme == Uri.UriSchemeHttps && url.Query.Length == 0)
            return url;
        node.Value.Error(ErrorCodes.BadUrl, $"{node.Value.Shown} is no https URL without a query.", "Write for example \"https://recovery.university.example\".");
        return null;
    }

    [GeneratedRegex(@"\A19:[A-Za-z0-9_\-]{1,128}@thread\.(tacv2|skype)\z")]
    private static partial Regex TeamsChannel();
}
