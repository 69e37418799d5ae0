using System.Text.Json;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.SampleService.Artifact;

namespace Playbooks.SampleService;

/// <summary>The configuration, checked.</summary>
/// <param name="Port">0 takes a free one.</param>
/// <param name="Model">The model's name in the artifact's manifests.</param>
/// <param name="Storage">Connection string by reference; null when <paramref name="ConnectionString"/> has it.</param>
/// <param name="Prefix">Of the artifact in the container.</param>
/// <param name="Queue">Work queue; null for a service without jobs.</param>
/// <param name="Results">Table of the jobs' results.</param>
/// <param name="Drill">Whether it takes faults.</param>
public sealed record ServiceOptions(int Port, string Model, SampleKind Kind, SecretReference? Storage, string? ConnectionString, string Container,
    string Prefix, string? Queue, string? Results, bool Drill)
{
    public const int FileMaxBytes = 64 * 1024;

    private static readonly string[] Known =
        ["port", "model", "kind", "storage", "connectionString", "container", "prefix", "queue", "results", "drill"];

    /// <returns>The options, or null with everything that is wrong.</returns>
    public static (ServiceOptions? Options, IReadOnlyList<string> Errors) Read(ReadOnlySpan<byte> file)
    {
        switch (StrictJson.Read(file, new StrictJsonLimits(FileMaxBytes)))
        {
            case StrictJsonResult.Refused refused:
                return (null, [.. refused.Errors.Select(error => $"{error.At.Line}:{error.At.Column} {error.Message} {error.Remedy}")]);
            case StrictJsonResult.Accepted accepted:
                var errors = new List<string>();
                var options = Read(accepted.Value, errors);
                return (errors.Count == 0 ? options : null, errors);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static ServiceOptions Read(JsonData json, List<string> errors)
    {
        if (json.Kind != JsonValueKind.Object)
            errors.Add("the configuration must be an object");
        foreach (var (name, _) in json.Properties.Where(property => !Known.Contains(property.Key)))
            errors.Add($"unknown field {name}; known are {string.Join(", ", Known)}");
        string? Text(string name, bool required)
        {
            if (json[name] is null && !required)
                return null;
            var value = json[name]?.AsString();
            if (string.IsNullOrEmpty(value))
                errors.Add($"{name} must be a string that is not empty");
            return value;
        }
        var port = json["port"] is { } given ? given.AsInt64() : 0;
        if (port is null or < 0 or > 65_535)
            errors.Add("port must be between 0 and 65535");
        var kind = SampleKinds.Parse(Text("kind", required: true) ?? "");
        if (kind is null)
            errors.Add("kind must be recommendations or fraud");
        if (json["drill"] is { } drill && drill.AsBoolean() is null)
            errors.Add("drill must be true or false");
        if (json["queue"] is null != json["results"] is null)
            errors.Add("queue and results belong together");
        if (json["storage"] is null == json["connectionString"] is null)
            errors.Add("give either storage (env:NAME or file:PATH) or connectionString");
        return new ServiceOptions((int)(port ?? 0), Text("model", true) ?? "", kind ?? SampleKind.Recommendations,
            Text("storage", false) is { } reference ? new SecretReference(reference) : null, Text("connectionString", false),
            Text("container", true) ?? "", json["prefix"]?.AsString() ?? "", Text("queue", false), Text("results", false),
            json["drill"]?.AsBoolean() ?? false);
    }
}
