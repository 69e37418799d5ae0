using System.Net;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Configuration;

/// <summary>A gateway's configuration as checked: only <see cref="GatewayOptionsReader"/> makes one, so it is always valid.</summary>
/// <param name="Gateway">The name that its replicas share; the first part of every blob name.</param>
/// <param name="Replica">This replica's name; a random end is added, so that no two processes ever share a heartbeat.</param>
/// <param name="DataDirectory">For the cached state and the human queue.</param>
public sealed record GatewayOptions(
    string Gateway, string Replica, string DataDirectory, ListenOptions Listen, StorageOptions Storage, ControlOptions Control,
    IReadOnlyList<ModelOptions> Models);

/// <summary>Where to listen. Port 0 takes a free one; the ready line says which.</summary>
public sealed record ListenOptions(IPAddress DataAddress, int DataPort, IPAddress ControlAddress, int ControlPort, long BodyLimitBytes);

/// <summary>Either a connection string (emulator) or an account URL with the process's own Azure identity.</summary>
public sealed record StorageOptions(string? ConnectionString, Uri? AccountUrl, string Container);

/// <summary>Who may give orders: nobody but the holders of these keys and of this role; at least one of both is there.</summary>
public sealed record ControlOptions(IReadOnlyList<KeyOptions> Keys, EntraOptions? Entra);

/// <param name="Authority">Of one tenant, such as <c>https://login.microsoftonline.com/TENANT/v2.0</c>.</param>
/// <param name="Audience">The application that tokens must be issued for.</param>
/// <param name="Role">The application role that an operator holds.</param>
public sealed record EntraOptions(Uri Authority, string Audience, string Role);

/// <param name="Name">Recorded with every change that the key makes.</param>
/// <param name="File">Holds the key; must be mode 0600.</param>
public sealed record KeyOptions(string Name, string File);

/// <summary>One model and its ladder. A rung that is null does not exist.</summary>
/// <param name="Path">The path prefix that is this model's.</param>
/// <param name="RampHeader">The header that says whose request it is; null counts requests instead.</param>
/// <param name="Initial">The mode of a model that never had a state.</param>
/// <param name="OffNotice">What callers read when nothing serves.</param>
public sealed record ModelOptions(
    string Name, string Path, UpstreamOptions Model, UpstreamOptions? Previous, RulesOptions? Rules, HumanQueueOptions? HumanQueue,
    string? RampHeader, Rung Initial, string OffNotice);

/// <param name="Timeout">From the request until the answer's headers; half of what the body may stall.</param>
public sealed record UpstreamOptions(Uri Address, TimeSpan Timeout, BreakerOptions Breaker);

/// <summary>The breaker opens when, within <paramref name="Sampling"/>, at least <paramref name="MinimumRequests"/> were made and so many percent failed.</summary>
public sealed record BreakerOptions(int FailurePercent, int MinimumRequests, TimeSpan Sampling, TimeSpan Break);

/// <summary>Fallback rules: fixed answers, or a service that decides.</summary>
public abstract record RulesOptions
{
    private RulesOptions() { }

    public sealed record Canned(IReadOnlyList<AnswerOptions> Answers) : RulesOptions;

    public sealed record Service(UpstreamOptions Upstream) : RulesOptions;
}

/// <summary>A fixed JSON answer for a method and a path below the model's prefix; null fits any.</summary>
public sealed record AnswerOptions(string? Method, string? Path, int Status, byte[] Body);

/// <param name="Notice">What the caller reads with the 202.</param>
/// <param name="ItemsLimit">How many requests may wait on this replica.</param>
public sealed record HumanQueueOptions(string Notice, int ItemsLimit);
