using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Playbooks.Web.SignIn;

/// <summary>
/// Holds the development sign-in to this machine: the host does not start where it can be reached from elsewhere, and each request must have come from
/// here, directly, and to a name that nobody else can give an address.
/// </summary>
internal sealed class SameMachine(IServer server) : IHostedLifecycleService
{
    private static readonly string[] Names = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Headers that say that somebody passed the request on.</summary>
    private static readonly string[] PassedOn = ["Forwarded", "Via", "X-Real-IP", "X-Client-IP", "X-Original-Host", "X-Original-For", "X-Original-Proto"];

    /// <summary>Null where the request certainly comes from this machine.</summary>
    public static string? Problem(HttpContext http)
    {
        if (http.Connection is not { RemoteIpAddress: { } remote, LocalIpAddress: { } local } || !IPAddress.IsLoopback(remote) || !IPAddress.IsLoopback(local))
            return "The development sign-in is for the machine on which the host runs.";
        // A page elsewhere can let its own name lead here; the name in the request gives it away.
        if (!Names.Contains(http.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
            return "The development sign-in is reached as localhost, 127.0.0.1 or [::1], and by no other name.";
        return http.Request.Headers.Keys.FirstOrDefault(header => PassedOn.Contains(header, StringComparer.OrdinalIgnoreCase)
            || header.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)) is { } header
            ? $"The development sign-in is not for requests that somebody passed on ({header})." : null;
    }

    /// <summary>Null where every address can be reached from this machine alone.</summary>
    public static string? Problem(IEnumerable<string> addresses) => addresses.FirstOrDefault(address => !IsLoopback(address)) is { } address
        ? $"The environment switches on the development sign-in, where anybody is whom they say, and the host listens on {address}. It may listen on 127.0.0.1, [::1] or localhost alone." : null;

    /// <exception cref="InvalidOperationException">The host can be reached from elsewhere.</exception>
    public Task StartedAsync(CancellationToken cancellationToken) => server.Features.Get<IServerAddressesFeature>() is { Addresses: { Count: > 0 } addresses } && Problem(addresses) is null
        ? Task.CompletedTask : throw new InvalidOperationException(Problem(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []) ?? "Nobody can tell where the host listens.");

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsLoopback(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        && Names.Contains(url.Host, StringComparer.OrdinalIgnoreCase);
}
