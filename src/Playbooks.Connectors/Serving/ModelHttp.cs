using System.Net;
using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary>Requests to a model's service or, through the gateway, to whoever answers for it. One client for all: connections are reused.</summary>
internal static class ModelHttp
{
    public const int AnswerMaxBytes = 1024 * 1024;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    // A redirect would let the service choose who is asked; the answer is then whatever the redirect's status is.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = AnswerMaxBytes,
    };

    /// <exception cref="HttpRequestException">No answer; <see cref="FailureKinds"/> says what that means.</exception>
    /// <exception cref="TimeoutException">No answer within 10 s.</exception>
    public static async Task<Answer> SendAsync(HttpMethod method, Uri at, JsonData? body, string? requestId, TimeProvider time, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, at);
        if (body is not null)
            request.Content = new StringContent(body.Text, Encoding.UTF8, "application/json");
        if (requestId is not null)
            request.Headers.Add("X-Request-Id", requestId);
        using var inTime = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(inTime.Token, cancellationToken);
        try
        {
            using var response = await Client.SendAsync(request, either.Token);
            var bytes = await response.Content.ReadAsByteArrayAsync(either.Token);
            var json = StrictJson.Read(bytes, new StrictJsonLimits(AnswerMaxBytes)) is StrictJsonResult.Accepted read ? read.Value : null;
            return new Answer(response.StatusCode, json, response.Headers.TryGetValues("X-Playbooks-Rung", out var rung) ? rung.First() : null);
        }
        catch (OperationCanceledException) when (inTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{at} has not answered within {AnswerWithin.TotalSeconds} s.");
        }
    }

    /// <summary>The manifest digest that a service says it has loaded.</summary>
    public static async Task<string> DigestAsync(Uri service, TimeProvider time, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(HttpMethod.Get, service.Below("version"), null, null, time, cancellationToken);
        if ((int)answer.Status >= 500)
            throw new ActionFailedException(ErrorKind.Transient, $"The service answered {(int)answer.Status} when asked for its version.");
        return answer.Status == HttpStatusCode.OK && answer.Body?["digest"]?.AsString() is { } digest ? digest
            : throw new ActionFailedException(ErrorKind.Integrity, $"The service answered {(int)answer.Status} without a digest when asked for its version.");
    }
}

/// <param name="Body">Null where it is no JSON.</param>
/// <param name="Rung">Who answered, where a gateway says so.</param>
internal sealed record Answer(HttpStatusCode Status, JsonData? Body, string? Rung);
