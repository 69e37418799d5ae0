using System.Collections.Immutable;
using Playbooks.Core.Definitions.Environments;
using Playbooks.Core.Definitions.Reading;

namespace Playbooks.Core.Definitions;

/// <summary>An environment and the file that it was read from.</summary>
public sealed record EnvironmentFile(DeploymentEnvironment Environment, string FileName);

/// <summary>
/// Environments have nothing in common, so that a drill cannot reach anything live. Compares what is written; two references that
/// lead to the same account are found by whoever resolves them.
/// </summary>
public static class EnvironmentSet
{
    public static ImmutableArray<AuthorError> Check(IReadOnlyList<EnvironmentFile> environments)
    {
        var errors = new ErrorList();
        var first = new Dictionary<(ErrorCode, string), EnvironmentFile>();
        foreach (var file in environments)
        {
            if (Document.Open(file.Environment.Text, file.FileName, errors) is not { } document)
                continue;
            foreach (var (code, what, node) in Claims(document.Root))
            {
                if (!first.TryAdd((code, what), file) && !ReferenceEquals(first[(code, what)], file))
                    node.Error(code, $"'{first[(code, what)].Environment.Name}' ({first[(code, what)].FileName}) has the same: {what}.", "Give each environment its own.");
            }
        }
        return errors.InOrder();
    }

    /// <summary>What an environment claims for itself alone. Containers, queues and tables are its own because their account is.</summary>
    private static IEnumerable<(ErrorCode Code, string What, Node Node)> Claims(Node root)
    {
        if (root.Property("name") is { Text: { } name } named)
            yield return (ErrorCodes.SharedName, name, named);
        foreach (var account in Values(root.Property("storage")))
        {
            foreach (var field in new[] { "connectionString", "blobUrl", "queueUrl", "tableUrl" })
            {
                if (account.Property(field) is { Text: { } text } node)
                    yield return (ErrorCodes.SharedTarget, field == "connectionString" ? text : OriginOf(text), node);
            }
            if (account.Property("clientId") is { Text: { } identity } written)
                yield return (ErrorCodes.SharedIdentity, identity, written);
        }
        foreach (var node in Values(root.Property("gateways")).Select(gateway => gateway.Property("data"))
            .Concat(Values(root.Property("models")).SelectMany(model => new[] { model.Property("service"), model.Property("faults") })).OfType<Node>())
            yield return (ErrorCodes.SharedTarget, OriginOf(node.Text ?? ""), node);
        foreach (var channel in Values(root.Property("channels")))
        {
            if (channel.Property("channel") is { Text: { } id } node)
                yield return (ErrorCodes.SharedTarget, id, node);
        }
        if (root.Property("teams")?.Property("app") is { Text: { } bot } app)
            yield return (ErrorCodes.SharedIdentity, bot.ToLowerInvariant(), app);
        foreach (var node in root.Property("httpOrigins")?.Elements() ?? [])
            yield return (ErrorCodes.SharedTarget, OriginOf(node.Text ?? ""), node);
        foreach (var field in new[] { "artifacts", "evidence" })
        {
            if (root.Property("signing")?.Property(field) is { Text: { } key } node)
                yield return (ErrorCodes.SharedIdentity, key, node);
        }
    }

    private static IEnumerable<Node> Values(Node? named) => named?.Properties().Select(property => property.Value) ?? [];

    private static string OriginOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) ? EnvironmentScalars.Origin(url) : text;
}
