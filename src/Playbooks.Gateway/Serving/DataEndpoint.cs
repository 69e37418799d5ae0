namespace Playbooks.Gateway.Serving;

/// <summary>Finds the model whose prefix a request has. No name of a model may begin with an underscore, so the gateway's own path is free.</summary>
public sealed class DataEndpoint(IEnumerable<ModelLadder> ladders)
{
    /// <summary>Answers 200 while the process serves; says nothing of the models.</summary>
    public const string HealthPath = "/_gateway/health";

    private readonly ModelLadder[] _longestFirst = [.. ladders.OrderByDescending(l => l.Prefix.Value!.Length)];

    public Task ServeAsync(HttpContext http)
    {
        foreach (var ladder in _longestFirst)
            if (http.Request.Path.StartsWithSegments(ladder.Prefix, out var rest))
                return ladder.ServeAsync(http, rest);
        http.Response.StatusCode = http.Request.Path == HealthPath ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
