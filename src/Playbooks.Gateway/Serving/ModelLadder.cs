using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Serving;

/// <summary>Serves one model: from the best rung that its state allows down to the first that can answer.</summary>
/// <param name="prefix">The path prefix that is this model's.</param>
/// <param name="rungs">Best first; the last always answers.</param>
public sealed class ModelLadder(PathString prefix, ModelGate gate, Ramp ramp, IReadOnlyList<IRungServer> rungs)
{
    private readonly long[] _served = new long[Enum.GetValues<Rung>().Length];

    public PathString Prefix => prefix;

    public string Model => gate.Model;

    /// <summary>How many requests each rung has answered since this process began.</summary>
    public IReadOnlyDictionary<string, long> Served => rungs.ToDictionary(
        r => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(r.Rung.ToString()), r => Interlocked.Read(ref _served[(int)r.Rung]));

    public async Task ServeAsync(HttpContext http, PathString rest)
    {
        if (HasBody(http)) http.Request.EnableBuffering();
        var request = new LadderRequest(http, gate, rest);
        var begin = gate.Begin(ramp.Bucket(http.Request));
        foreach (var server in rungs)
        {
            if (server.Rung < begin || !gate.MayServe(server.Rung)) continue;
            if (await server.TryServeAsync(request))
            {
                Interlocked.Increment(ref _served[(int)server.Rung]);
                return;
            }
            Rewind(http);
        }
    }

    private static void Rewind(HttpContext http)
    {
        http.Response.Clear();
        if (http.Request.Body.CanSeek) http.Request.Body.Position = 0;
    }

    private static bool HasBody(HttpContext http) =>
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
}
