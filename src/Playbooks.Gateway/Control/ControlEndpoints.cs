using System.Text.Json;
using Azure;
using Playbooks.Gateway.Serving;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Control;

/// <summary>
/// The orders a gateway takes: <c>GET /state</c>, <c>GET</c> and <c>PUT /state/MODEL</c>, <c>GET /replicas</c>
/// (with <c>?model=&amp;generation=</c> also whether that state has arrived everywhere), <c>GET /served</c>, and where it watches a parent process <c>PUT /parent</c>.
/// Nothing, not even 404, is told to a caller who is not an operator.
/// </summary>
public sealed class ControlEndpoints(
    Operators operators, StateStore store, StateChanges changes, IReadOnlyList<ModelGate> gates, IReadOnlyList<ModelLadder> ladders,
    Bell poll, Action<int>? adopt, ILogger log)
{
    private const int OrderLimitBytes = 16 * 1024;

    public async Task ServeAsync(HttpContext http)
    {
        if (await operators.WhoAsync(http.Request.Headers.Authorization) is not { } who)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await TellAsync(http, 401, "a key or a token with the operator's role is needed");
            return;
        }
        try
        {
            await RouteAsync(http, who);
        }
        catch (Exception e) when (StateWatch.IsOfTheWorld(e) && !http.RequestAborted.IsCancellationRequested)
        {
            log.LogError("The order {Method} {Path} failed: {Problem}", http.Request.Method, http.Request.Path, e.Message);
            await TellAsync(http, 502, $"storage cannot be reached; whether a change was made is not known: {e.Message}");
        }
    }

    private Task RouteAsync(HttpContext http, string who)
    {
        var parts = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (http.Request.Method, parts) switch
        {
            ("GET", ["state"]) => AnswerAsync(http, 200, gates.ToDictionary(g => g.Model, g => new { state = g.State, applied = g.Applied })),
            ("GET", ["state", var model]) when Knows(model) => StateAsync(http, model),
            ("PUT", ["state", var model]) when Knows(model) => ChangeAsync(http, model, who),
            ("GET", ["replicas"]) => ReplicasAsync(http),
            ("GET", ["served"]) => AnswerAsync(http, 200, ladders.ToDictionary(l => l.Model, l => l.Served)),
            ("PUT", ["parent"]) when adopt is not null => AdoptAsync(http, adopt),
            (_, ["state", var model]) when !Knows(model) => TellAsync(http, 404, $"no model is named \"{model}\"; there are {string.Join(", ", gates.Select(g => g.Model))}"),
            _ => TellAsync(http, 404, "there is GET /state, GET and PUT /state/MODEL, GET /replicas, GET /served"),
        };
    }

    private async Task StateAsync(HttpContext http, string model)
    {
        switch (await store.ReadAsync(model, null, http.RequestAborted))
        {
            case StateRead.Found found:
                await AnswerAsync(http, 200, found.State, found.ETag);
                break;
            case StateRead.Unreadable unreadable:
                await TellAsync(http, 502, $"the state in storage cannot be read: {unreadable.Problem}");
                break;
            default:
                await TellAsync(http, 404, "no state was ever written");
                break;
        }
    }

    private async Task ChangeAsync(HttpContext http, string model, string who)
    {
        var (wanted, problem) = await BodyAsync<WantedState>(http);
        if (wanted is null)
        {
            await TellAsync(http, 400, problem!);
            return;
        }
        if (http.Request.Headers.IfMatch.ToString() is { Length: > 0 } seen) wanted = wanted with { IfMatch = seen };
        switch (await changes.ChangeAsync(model, wanted, who, http.RequestAborted))
        {
            case ChangeOutcome.Written written:
                log.LogWarning("{Model}: {Change}", model, written.State.Current);
                // This replica need not wait for its own next look.
                poll.Ring();
                await AnswerAsync(http, 200, written.State, written.ETag);
                break;
            case ChangeOutcome.Overtaken overtaken:
                await AnswerAsync(http, 412, new { problem = "somebody changed the state since; this is it now", state = overtaken.State }, overtaken.ETag);
                break;
            case ChangeOutcome.Invalid invalid:
                await TellAsync(http, 400, invalid.Problem);
                break;
            case ChangeOutcome.NeedsIfMatch:
                await TellAsync(http, 428, "to let the model serve, send the ETag of the state that you have seen as If-Match");
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static async Task AdoptAsync(HttpContext http, Action<int> adopt)
    {
        var (parent, problem) = await BodyAsync<Parent>(http);
        if (parent is null)
        {
            await TellAsync(http, 400, problem!);
            return;
        }
        adopt(parent.Pid);
        await AnswerAsync(http, 200, parent);
    }

    private static async Task<(T? Body, string? Problem)> BodyAsync<T>(HttpContext http) where T : class
    {
        if (http.Request.ContentLength is null or > OrderLimitBytes)
            return (null, $"the body needs a Content-Length of at most {OrderLimitBytes} bytes");
        try
        {
            var body = await JsonSerializer.DeserializeAsync<T>(http.Request.Body, Strict, http.RequestAborted);
            return (body, body is null ? "the body is null" : null);
        }
        catch (JsonException e)
        {
            return (null, e.Message);
        }
    }

    private async Task ReplicasAsync(HttpContext http)
    {
        var replicas = await store.ReplicasAsync(http.RequestAborted);
        var asked = http.Request.Query["model"].ToString() is { Length: > 0 } model
            && long.TryParse(http.Request.Query["generation"], out var generation)
                ? Confirmation.Of(replicas, model, generation)
                : null;
        await AnswerAsync(http, 200, new
        {
            replicas = replicas.Select(r => new { r.Replica, ageSeconds = r.Age.TotalSeconds, r.Counts, r.Heartbeat }),
            confirmation = asked,
        });
    }

    private bool Knows(string model) => gates.Any(g => g.Model == model);

    private static Task TellAsync(HttpContext http, int status, string problem) => AnswerAsync(http, status, new { problem });

    private static Task AnswerAsync<T>(HttpContext http, int status, T answer, ETag? etag = null)
    {
        http.Response.StatusCode = status;
        if (etag is { } version) http.Response.Headers.ETag = version.ToString("H");
        return http.Response.WriteAsJsonAsync(answer, GatewayJson.Options, http.RequestAborted);
    }

    /// <summary>The process whose end ends this one.</summary>
    private sealed record Parent(int Pid);

    private static readonly JsonSerializerOptions Strict = new(GatewayJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };
}
