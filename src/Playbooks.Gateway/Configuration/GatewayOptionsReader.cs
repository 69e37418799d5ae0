using System.Net;
using System.Text.Json;

namespace Playbooks.Gateway.Configuration;

/// <summary>Reads a gateway's configuration file: a valid configuration, or everything that is wrong with it.</summary>
public static class GatewayOptionsReader
{
    public const int ModelsLimit = 64;
    public const int KeysLimit = 16;
    public const int BodyLimitBytes = 8 * 1024 * 1024;
    private const string NamePattern = "^[a-z0-9-]{1,64}$";

    /// <param name="json">The file's text.</param>
    /// <param name="replica">Overrides the file's `replica`, so that replicas can share one file.</param>
    /// <param name="dataDirectory">Overrides the file's `dataDirectory`, for the same reason.</param>
    public static (GatewayOptions? Options, IReadOnlyList<string> Errors) Read(
        ReadOnlyMemory<byte> json, string? replica = null, string? dataDirectory = null)
    {
        var errors = new List<string>();
        GatewayOptions? options = null;
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind is not JsonValueKind.Object) errors.Add("$: must be an object");
            else options = ConfigSection.Read(document.RootElement, "$", errors, s => Gateway(s, replica, dataDirectory));
        }
        catch (JsonException e)
        {
            errors.Add($"$: {e.Message}");
        }
        return (errors.Count == 0 ? options : null, errors);
    }

    private static GatewayOptions? Gateway(ConfigSection s, string? replica, string? dataDirectory)
    {
        var name = s.Text("gateway", pattern: NamePattern);
        var ownReplica = s.OptionalText("replica", NamePattern);
        var ownDirectory = s.OptionalText("dataDirectory");
        if ((dataDirectory ?? ownDirectory) is null) s.Error("dataDirectory", "is missing; it may also be given with --data-directory");
        var listen = s.Section("listen", Listen)
            ?? new ListenOptions(IPAddress.Loopback, 0, IPAddress.Loopback, 0, BodyLimitBytes);
        var storage = s.Required("storage", Storage);
        var control = s.Required("control", Control);
        var models = s.Sections("models", ModelsLimit, ModelSection.Read);
        foreach (var twice in models.GroupBy(m => m.Name).Where(g => g.Count() > 1))
            s.Error("models", $"more than one is named \"{twice.Key}\"");
        foreach (var twice in models.GroupBy(m => m.Path, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            s.Error("models", $"more than one has the path {twice.Key}");
        return storage is null || control is null
            ? null
            : new GatewayOptions(name, replica ?? ownReplica ?? "replica", dataDirectory ?? ownDirectory ?? "", listen, storage, control, models);
    }

    private static ListenOptions Listen(ConfigSection s)
    {
        var control = Ip(s, "controlAddress");
        var behindTls = s.Flag("controlBehindTls");
        if (!IPAddress.IsLoopback(control) && !behindTls)
            s.Error("controlAddress", "a key sent to another machine needs TLS: listen on loopback, or set controlBehindTls where a proxy before this listener provides it");
        return new ListenOptions(
            Ip(s, "dataAddress"), s.Number("dataPort", 0, 65535, 0), control, s.Number("controlPort", 0, 65535, 0),
            s.Number("bodyLimitBytes", 1, int.MaxValue, BodyLimitBytes));
    }

    private static IPAddress Ip(ConfigSection s, string name)
    {
        var text = s.Text(name, otherwise: "127.0.0.1");
        if (IPAddress.TryParse(text, out var ip)) return ip;
        s.Error(name, $"\"{text}\" is not an IP address");
        return IPAddress.Loopback;
    }

    private static StorageOptions? Storage(ConfigSection s)
    {
        var container = s.Text("container", pattern: "^[a-z0-9](-?[a-z0-9]){2,62}$");
        var text = s.OptionalText("connectionString");
        var variable = s.OptionalText("connectionStringVariable");
        var account = s.Has("accountUrl") ? s.Address("accountUrl") : null;
        if (new[] { text, variable, account?.ToString() }.Count(v => v is not null) != 1)
            s.Error("accountUrl", "give exactly one of accountUrl, connectionString, connectionStringVariable");
        if (variable is not null && (text = Environment.GetEnvironmentVariable(variable)) is null)
            s.Error("connectionStringVariable", $"the environment variable {variable} is not set");
        return new StorageOptions(text, account, container);
    }

    private static ControlOptions Control(ConfigSection s)
    {
        var entra = s.Section("entra", Entra);
        // Keys need neither network nor identity provider, so they may be left out only where Entra is there.
        return new ControlOptions(entra is null || s.Has("keys") ? s.Sections("keys", KeysLimit, Key) : [], entra);
    }

    private static EntraOptions? Entra(ConfigSection s)
    {
        var authority = s.Address("authority");
        var (audience, role) = (s.Text("audience"), s.Text("role"));
        if (authority is { Scheme: not "https", IsLoopback: false }) s.Error("authority", "must be https");
        return authority is null ? null : new EntraOptions(authority, audience, role);
    }

    private static KeyOptions Key(ConfigSection s) => new(s.Text("name", pattern: NamePattern), s.Text("file"));
}
