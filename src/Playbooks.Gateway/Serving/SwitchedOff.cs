using System.Text.Json;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Serving;

/// <summary>The last rung, which always answers: 503 with the reason.</summary>
public sealed class SwitchedOff(string notice) : IRungServer
{
    private const string RetryAfterSeconds = "30";

    public Rung Rung => Rung.Off;

    public async ValueTask<bool> TryServeAsync(LadderRequest request)
    {
        var response = request.Http.Response;
        ServedBy.Mark(response, Rung, request.Gate);
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.ContentType = "application/problem+json";
        response.Headers.RetryAfter = RetryAfterSeconds;
        var because = request.Gate switch
        {
            { State: null } or { IsBlind: true } => "the gateway cannot read the model's state",
            { State.Current.Mode: Rung.Off } => "the model is switched off",
            _ => "neither the model nor a fallback could answer",
        };
        await JsonSerializer.SerializeAsync(
            response.Body,
            new { title = notice, status = response.StatusCode, detail = because, model = request.Gate.Model },
            GatewayJson.Options, request.Http.RequestAborted);
        return true;
    }
}
