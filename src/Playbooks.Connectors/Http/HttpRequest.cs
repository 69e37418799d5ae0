using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Connectors.Http;

/// <summary><c>http.request</c>: sends a request with the effect key as its <c>Idempotency-Key</c>. What was sent and not answered is in doubt.</summary>
internal sealed class HttpRequest(Secrets secrets, TimeProvider time, Network? network = null) : IAction, IProbe
{
    private readonly HttpExchange exchange = new(secrets, time, network ?? Network.Real);

    public string Name => "http.request";

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken) =>
        exchange.SendAsync(call, new HttpMethod(call.Inputs["method"]!.AsString()!), isRead: false, cancellationToken);

    public Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) =>
        Task.FromResult(new Probed($"{AllowedUrl.Origin(AllowedUrl.Read(call.Inputs["url"]!.AsString()!, call.Environment))} is allowed", "the request is sent, once"));
}

/// <summary><c>http.get</c>: reads; whatever goes wrong on the way may be tried again.</summary>
internal sealed class HttpGet(Secrets secrets, TimeProvider time, Network? network = null) : IAction, IProbe
{
    private readonly HttpExchange exchange = new(secrets, time, network ?? Network.Real);

    public string Name => "http.get";

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken) =>
        exchange.SendAsync(call, HttpMethod.Get, isRead: true, cancellationToken);

    public Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) =>
        Task.FromResult(new Probed($"{AllowedUrl.Origin(AllowedUrl.Read(call.Inputs["url"]!.AsString()!, call.Environment))} is allowed", "unchanged"));
}
