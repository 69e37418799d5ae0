using System.Globalization;
using System.Net.Mime;
using System.Text;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Chaos;

/// <summary>
/// <c>chaos.modelFault</c>: asks a model's service to fail for a while: <c>POST {"fault", "ttl", "key"}</c> to the environment's faults URL, answered
/// with <c>{"until"}</c>. The service ends it by its own clock, and the same key again changes nothing.
/// </summary>
internal sealed class FaultModel : IAction, IProbe
{
    private const int AnswerMaxBytes = 8 * 1024;

    // Kept for the process, as HttpClient is meant to be. The URL is the operator's own, so no guard stands here as for http.request.
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(20),
        MaxResponseContentBufferSize = AnswerMaxBytes,
    };

    public string Name => "chaos.modelFault";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        TimeToLive.Of(call);
        var model = call.Inputs["model"]!.AsString()!;
        var target = call.Environment.Models.GetValueOrDefault(model)
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no model named {model}.");
        if (target.Faults is not { } faults)
            throw new ActionFailedException(ErrorKind.Invalid,
                $"{model} takes no faults: the environment {call.Environment.Name} has no faults URL for it.");
        var order = JsonData.Object(("fault", call.Inputs["fault"]!), ("ttl", call.Inputs["ttl"]!), ("key", JsonData.Of(call.Command.Key)));
        using var content = new StringContent(order.Text, Encoding.UTF8, MediaTypeNames.Application.Json);
        using var response = await Client.PostAsync(faults, content, cancellationToken);
        var answer = StrictJson.Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), new StrictJsonLimits(AnswerMaxBytes))
            is StrictJsonResult.Accepted accepted ? accepted.Value : null;
        if (!response.IsSuccessStatusCode)
            throw Refused(model, response, answer);
        return DateTimeOffset.TryParse(answer?["until"]?.AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? new Outcome.Succeeded(JsonData.Object(("until", TimeToLive.Json(until))))
            : new Outcome.Failed(ErrorKind.OutcomeUnknown, $"The service of {model} took the fault but did not say until when.");
    }

    private static Exception Refused(string model, HttpResponseMessage response, JsonData? answer)
    {
        var status = new HttpRequestException(HttpRequestError.Unknown, null, null, response.StatusCode);
        // Only where it is clear that the service did nothing is its own reason added; the rest is judged as every connector does.
        return FailureKinds.Of(status) is { Kind: not ErrorKind.OutcomeUnknown } known
            ? new ActionFailedException(known.Kind, $"The service of {model} refused the fault: {known.Message} {answer?["error"]?.AsString()}".TrimEnd(),
                response.Headers.RetryAfter?.Delta)
            : status;
    }

    public Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var model = call.Inputs["model"]!.AsString()!;
        return call.Environment.Models.GetValueOrDefault(model)?.Faults is not null ? Task.FromResult(new Probed($"{model} takes faults", "it answers with the fault for a while"))
            : throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no faults URL for a model named {model}.");
    }
}
