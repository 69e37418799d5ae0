using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.DurableFunctions.Storage;
using Playbooks.Hosting;

namespace Playbooks.DurableFunctions.Host;

/// <summary>Which account holds the state, from the app settings.</summary>
internal static class StateAccount
{
    /// <exception cref="HostSettingException">One says how to mend it, without repeating a secret.</exception>
    public static StateStorage Open(Func<string, string?> setting, StorageClients clients)
    {
        var (connection, blobs, tables) = (Text(setting, HostVariables.StateConnection), Text(setting, HostVariables.StateBlobs), Text(setting, HostVariables.StateTables));
        if (connection is not null == (blobs is not null) || blobs is null != tables is null)
            throw new HostSettingException($"Set {HostVariables.StateBlobs} and {HostVariables.StateTables} to the addresses of the account that holds the state; or, for development, {HostVariables.StateConnection} alone.");
        var account = new StorageAccount(connection is null ? null : new SecretReference("env:" + HostVariables.StateConnection), Address(HostVariables.StateBlobs, blobs), null, Address(HostVariables.StateTables, tables), null);
        return new StateStorage(clients.Blobs(account), clients.Tables(account));
    }

    /// <summary>A key for development; null where none is set.</summary>
    /// <exception cref="HostSettingException">The state is not on this machine.</exception>
    public static string? DevelopmentKey(Func<string, string?> setting) => Text(setting, HostVariables.DevelopmentKey) is not { } key ? null
        : setting(HostVariables.StateConnection) is { } connection && connection.Split(';').Where(part => part.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase)).ToList() is { Count: > 0 } endpoints
            && endpoints.All(endpoint => Uri.TryCreate(endpoint[(endpoint.IndexOf('=', StringComparison.Ordinal) + 1)..], UriKind.Absolute, out var url) && url.IsLoopback) ? key
        : throw new HostSettingException($"{HostVariables.DevelopmentKey} is for development, where {HostVariables.StateConnection} names an emulator on this machine. Remove it; people sign in with Entra.");

    private static Uri? Address(string name, string? text) => text is null ? null : Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps ? url
        : throw new HostSettingException($"{name} is no https:// address.");

    private static string? Text(Func<string, string?> setting, string name) => setting(name) is { Length: > 0 } text ? text : null;
}
