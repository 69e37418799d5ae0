using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Serving;

/// <summary>One rung of one model's ladder.</summary>
public interface IRungServer
{
    Rung Rung { get; }

    /// <summary>Answers the request, or leaves the response untouched for the next rung.</summary>
    /// <param name="request">The request, its body readable from the start.</param>
    /// <returns>False when this rung cannot answer and the response has not started.</returns>
    ValueTask<bool> TryServeAsync(LadderRequest request);
}

/// <summary>A request on its way down the ladder.</summary>
/// <param name="Http">The caller's request and our response.</param>
/// <param name="Gate">What may serve now.</param>
/// <param name="Rest">The path without the model's own prefix, beginning with a slash.</param>
public sealed record LadderRequest(HttpContext Http, ModelGate Gate, PathString Rest);
