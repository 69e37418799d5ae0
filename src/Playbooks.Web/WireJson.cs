using System.Text.Json;
using System.Text.Json.Serialization;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Web;

/// <summary>JSON as the API speaks it: camel case, the language's own words, unknown fields refused.</summary>
public static class WireJson
{
    public static JsonSerializerOptions Options { get; } = Make(new JsonSerializerOptions(JsonSerializerOptions.Strict));

    /// <summary>Sets up options that a host made.</summary>
    public static JsonSerializerOptions Make(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.RespectRequiredConstructorParameters = false;
        options.Converters.Add(new WireNameConverter<ErrorKind>());
        options.Converters.Add(new WireNameConverter<RunMode>());
        options.Converters.Add(new WireNameConverter<RunOutcome>());
        options.Converters.Add(new WireNameConverter<RtoVerdict>());
        options.Converters.Add(new WireNameConverter<RunState>());
        options.Converters.Add(new WireNameConverter<AlertEffectKind>());
        options.Converters.Add(new WireNameConverter<JudgementCode>());
        return options;
    }
}
