using System.Net;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary><c>model.reload</c>: tells the service to load what is current, then asks what it has loaded.</summary>
public sealed class ReloadModel(TimeProvider time) : IAction, IProbe
{
    public string Name => "model.reload";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var service = call.Service();
        Answer answer;
        try
        {
            answer = await ModelHttp.SendAsync(HttpMethod.Post, service.Below("reload"), null, null, time, cancellationToken);
        }
        catch (Exception lost) when (lost is TimeoutException || lost is HttpRequestException && !FailureKinds.NothingWasSent(lost))
        {
            // It may have loaded or be loading. Asking again is harmless, so this is no case for a person.
            return new Outcome.Failed(ErrorKind.Timeout, $"No answer to the reload: {lost.Message}");
        }
        if (Kind(answer.Status) is { } kind)
            return new Outcome.Failed(kind, $"The service answered {(int)answer.Status} to the reload: {Problem(answer)}.");
        try
        {
            return new Outcome.Succeeded(JsonData.Object(("digest", JsonData.Of(await ModelHttp.DigestAsync(service, time, cancellationToken)))));
        }
        catch (Exception lost) when (lost is TimeoutException or HttpRequestException)
        {
            return new Outcome.Failed(ErrorKind.Timeout, $"It was told to reload, but does not say what it has loaded: {lost.Message}");
        }
    }

    /// <summary>Null for an answer that says it is done. A service that cannot load goes on serving what it has.</summary>
    private static ErrorKind? Kind(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => null,
        401 or 403 => ErrorKind.Denied,
        404 => ErrorKind.NotFound,
        409 => ErrorKind.Conflict,
        422 => ErrorKind.Integrity,
        429 => ErrorKind.Throttled,
        503 => ErrorKind.Transient,
        408 or >= 500 => ErrorKind.Timeout,
        _ => ErrorKind.Invalid,
    };

    private static string Problem(Answer answer) =>
        answer.Body?["problem"]?.AsString() ?? answer.Body?["error"]?.AsString() ?? "it does not say why";

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) =>
        new($"the service has loaded {await ModelHttp.DigestAsync(call.Service(), time, cancellationToken)}", "the service has loaded what is current then");
}
