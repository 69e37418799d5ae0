using System.Net;
using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Http;

/// <summary>One request to an allowed origin and its answer: the connection is made for it and checked, no proxy, no cookies, no redirect elsewhere.</summary>
internal sealed class HttpExchange(Secrets secrets, TimeProvider time, Network network)
{
    public const int RequestBodyMaxBytes = 64 * 1024;
    /// <summary>Of the answer, as the catalogue says; a larger one is left out.</summary>
    public const int ResponseBodyMaxBytes = 8 * 1024;
    public const int RedirectsMax = 3;
    private const int ResponseHeadersMaxKiB = 32;
    /// <summary>Of the whole exchange, redirects included.</summary>
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(30);

    /// <param name="method">Input, or GET.</param>
    /// <param name="isRead">Whether the request may be repeated at will.</param>
    public async Task<Outcome> SendAsync(ActionCall call, HttpMethod method, bool isRead, CancellationToken cancellationToken)
    {
        var url = AllowedUrl.Read(call.Inputs["url"]!.AsString()!, call.Environment);
        var headers = HeaderInput.Read(call.Inputs["headers"], secrets);
        var body = isRead ? null : Body(call.Inputs["body"]);
        var connection = new CheckedConnection(network);
        using var timeout = new CancellationTokenSource(TimeMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await FollowAsync(call, method, url, headers, body, isRead, connection, either.Token);
        }
        catch (Exception failure) when (Inner(failure) is { } ours)
        {
            // After a followed redirect an earlier server has seen the request, but it said that it did not carry it out.
            throw ours;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failure is HttpRequestException or IOException or OperationCanceledException)
        {
            var sent = connection.IsMade && !FailureKinds.NothingWasSent(failure);
            var why = timeout.IsCancellationRequested ? $"no whole answer within {TimeMax.TotalSeconds:0} s"
                : failure is HttpRequestException { HttpRequestError: var error } ? $"the connection failed ({error})" : "the connection failed";
            return new Outcome.Failed(isRead || !sent ? ErrorKind.Transient : ErrorKind.OutcomeUnknown, $"{AllowedUrl.Origin(url)}: {why}.");
        }
    }

    private async Task<Outcome> FollowAsync(ActionCall call, HttpMethod method, Uri url, HeaderInput headers, byte[]? body, bool isRead, CheckedConnection connection,
        CancellationToken cancellationToken)
    {
        var expected = (int?)call.Inputs["expectStatus"]?.AsInt64();
        // A handler for each exchange: no connection is kept that an earlier check allowed. HTTP/1.1, where nothing is sent again unasked.
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectCallback = connection.ConnectAsync, Credentials = null,
            MaxResponseHeadersLength = ResponseHeadersMaxKiB, AutomaticDecompression = DecompressionMethods.None, PooledConnectionLifetime = TimeSpan.Zero,
        };
        using var client = new HttpMessageInvoker(handler);
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(method, url) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            headers.AddTo(request);
            if (!isRead)
                request.Headers.TryAddWithoutValidation("Idempotency-Key", call.Command.Key);
            if (body is not null)
                request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json, "utf-8") } };
            using var response = await client.SendAsync(request, cancellationToken);
            var status = (int)response.StatusCode;
            if (expected is { } wanted ? status == wanted : status is >= 200 and < 300)
                return await DoneAsync(status, response, headers, cancellationToken);
            if (!IsFollowed(status, isRead) || response.Headers.Location is not { } location)
                return Answers.Failure(AllowedUrl.Origin(url), response, expected, isRead, time.GetUtcNow());
            url = Next(url, location, redirects);
        }
    }

    /// <summary>307 and 308 say that the request was not carried out; after any other a write may have been.</summary>
    private static bool IsFollowed(int status, bool isRead) => status is 307 or 308 || (isRead && status is 301 or 302 or 303);

    private static Uri Next(Uri url, Uri location, int redirects)
    {
        if (redirects == RedirectsMax)
            throw new ActionFailedException(ErrorKind.Invalid, $"{AllowedUrl.Origin(url)} redirects more than {RedirectsMax} times.");
        if (Uri.TryCreate(url, location, out var next) && next.UserInfo.Length == 0 && AllowedUrl.IsSameOrigin(url, next))
            return next;
        throw new ActionFailedException(ErrorKind.Denied, $"{AllowedUrl.Origin(url)} redirects to another origin; that is not followed.");
    }

    private static async Task<Outcome> DoneAsync(int status, HttpResponseMessage response, HeaderInput headers, CancellationToken cancellationToken)
    {
        var output = new List<KeyValuePair<string, JsonData>> { KeyValuePair.Create("status", JsonData.Of(status)) };
        if (await ReadAsync(response, cancellationToken) is { } bytes
            && StrictJson.Read(bytes.Span, new StrictJsonLimits(ResponseBodyMaxBytes)) is StrictJsonResult.Accepted accepted)
            output.Add(KeyValuePair.Create("body", headers.Hide(accepted.Value)));
        return new Outcome.Succeeded(JsonData.Object(output));
    }

    /// <summary>Never more than a byte beyond the limit; the rest is not read at all. Null for a larger body.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[ResponseBodyMaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= ResponseBodyMaxBytes ? buffer.AsMemory(0, length) : null;
    }

    private static byte[]? Body(JsonData? body)
    {
        if (body is null)
            return null;
        return body.SizeBytes <= RequestBodyMaxBytes ? Encoding.UTF8.GetBytes(body.Text)
            : throw new ActionFailedException(ErrorKind.Invalid, $"body is larger than {RequestBodyMaxBytes} bytes.");
    }

    /// <summary>What <see cref="CheckedConnection"/> threw comes back inside an exception of the client.</summary>
    private static ActionFailedException? Inner(Exception failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
            if (at is ActionFailedException ours)
                return ours;
        return null;
    }
}
