using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playbooks.Gateway.State;

/// <summary>How the gateway writes and reads its JSON: camelCase, modes by name and never by number, no duplicates.</summary>
public static class GatewayJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter<Rung>(namingPolicy: null, allowIntegerValues: false) },
        // The texts are read by people and by parsers, never pasted into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
        RespectRequiredConstructorParameters = true,
    };
}
