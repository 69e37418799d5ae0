using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NJsonSchema;

namespace Playbooks.Tests.Teams;

/// <summary>
/// Judges requests by the official descriptions of two APIs: the path must exist with that method, its query must be declared, and its body must fit.
/// Stricter than those who wrote them where they leave it open: what the Bot Connector does not describe is refused.
/// </summary>
internal sealed class ApiJudge
{
    private readonly List<(string[] Path, string Method, HashSet<string> Query, Lazy<JsonSchema>? Body)> calls = [];

    private static readonly ConcurrentDictionary<string, ApiJudge> Known = new(StringComparer.Ordinal);

    private ApiJudge() { }

    /// <summary>Swagger 2.0.</summary>
    public static ApiJudge OfBotConnector(string folder) => Known.GetOrAdd("bot " + folder, _ => Read(Path.Combine(folder, "botframework-connector-v3.swagger.json"), "definitions", root =>
    {
        foreach (var (_, definition) in root["definitions"]!.AsObject())
        {
            if (definition!["properties"] is not null && definition["additionalProperties"] is null)
                definition["additionalProperties"] = false;
        }
    }, operation => operation["parameters"]?.AsArray().FirstOrDefault(parameter => (string?)parameter!["in"] == "body")?["schema"]));

    /// <summary>OpenAPI 3.0, made from the metadata: it asks for the type annotation of every object, which the service does not.</summary>
    public static ApiJudge OfGraph(string folder) => Known.GetOrAdd("graph " + folder, _ => Read(Path.Combine(folder, "msgraph-v1.0-trimmed.openapi.json"), "components", root => Relax(root), operation =>
        (operation["requestBody"]?["$ref"] is null ? operation["requestBody"] : operation.Root["components"]!["requestBodies"]![((string)operation["requestBody"]!["$ref"]!).Split('/')[^1]])?["content"]?["application/json"]?["schema"]));

    /// <summary>What is wrong with a request; empty where nothing is.</summary>
    public IEnumerable<string> Check(string method, string path, IEnumerable<string> query, string? body)
    {
        var parts = path.Trim('/').Split('/');
        var call = calls.FirstOrDefault(known => known.Method == method && known.Path.Length == parts.Length && known.Path.Zip(parts).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second));
        if (call.Path is null)
            return [$"{method} {path} is no call of this API."];
        var wrong = query.Where(name => !call.Query.Contains(name)).Select(name => $"{method} {path} knows no {name}.").ToList();
        if (body is not null && call.Body is null)
            wrong.Add($"{method} {path} takes no body.");
        else if (body is null && call.Body is not null)
            wrong.Add($"{method} {path} needs a body.");
        else if (body is not null)
            wrong.AddRange(call.Body!.Value.Validate(body).Select(error => $"{method} {path}: {error}\n{body}"));
        return wrong;
    }

    private static ApiJudge Read(string file, string shared, Action<JsonNode> prepare, Func<JsonNode, JsonNode?> bodyOf)
    {
        var root = JsonNode.Parse(File.ReadAllText(file))!;
        prepare(root);
        var judge = new ApiJudge();
        foreach (var (path, item) in root["paths"]!.AsObject())
        {
            foreach (var (method, operation) in item!.AsObject().Where(operation => operation.Key is "get" or "post" or "put" or "delete"))
            {
                var query = (operation!["parameters"]?.AsArray() ?? []).Select(parameter => parameter!["$ref"] is { } reference ? "$" + ((string)reference!).Split('/')[^1]
                    : (string?)parameter["in"] == "query" ? (string?)parameter["name"] : null).OfType<string>().ToHashSet(StringComparer.Ordinal);
                judge.calls.Add((path.Trim('/').Split('/'), method.ToUpperInvariant(), query, bodyOf(operation) is { } schema ? new Lazy<JsonSchema>(() => Schema(schema, shared == "definitions" ? root[shared]! : root[shared]!["schemas"]!)) : null));
            }
        }
        return judge;
    }

    private static JsonSchema Schema(JsonNode schema, JsonNode definitions)
    {
        var whole = schema.DeepClone().AsObject();
        if (whole["properties"] is not null)
            whole["additionalProperties"] = false;
        // In the place where the schema library looks for what is referred to.
        var document = new JsonObject { ["allOf"] = new JsonArray(whole), ["definitions"] = definitions.DeepClone() };
        return JsonSchema.FromJsonAsync(document.ToJsonString().Replace("#/components/schemas/", "#/definitions/", StringComparison.Ordinal)).GetAwaiter().GetResult();
    }

    private static void Relax(JsonNode? node)
    {
        if (node is JsonObject fields)
        {
            if (fields["required"] is JsonArray required && required.FirstOrDefault(name => (string?)name == "@odata.type") is { } annotation)
                required.Remove(annotation);
            foreach (var (_, value) in fields.ToList())
                Relax(value);
        }
        foreach (var element in node as JsonArray ?? [])
            Relax(element);
    }
}
