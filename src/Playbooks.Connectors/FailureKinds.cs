using System.Globalization;
using System.Net.Sockets;
using Azure;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors;

/// <summary>What the world's failures mean to the decider. One place, so that all connectors say the same.</summary>
public static class FailureKinds
{
    /// <summary>The longest that Azure Storage has is 46.</summary>
    private const int CodeMaxChars = 64;

    /// <summary>
    /// The kind for a request that failed; <see cref="ErrorKind.OutcomeUnknown"/> where it may have been carried out without our hearing of it.
    /// Null for an exception that is not the world's.
    /// </summary>
    public static Outcome.Failed? Of(Exception failure) => failure switch
    {
        RequestFailedException { Status: > 0 } answered => OfStatus(answered.Status, answered.ErrorCode, RetryAfter(answered)),
        HttpRequestException { StatusCode: { } status } => OfStatus((int)status, null, null),
        // The SDK's retries throw all their failures at once; the last one is as good as any if all say the same.
        AggregateException many => many.InnerExceptions.Select(Of).ToList() is var all && all.Contains(null) ? null : Worst(all!),
        // A cancellation that nobody ordered is a client's own network timeout.
        RequestFailedException or HttpRequestException or IOException or SocketException or OperationCanceledException => NothingWasSent(failure)
            ? new(ErrorKind.Transient, $"Could not be reached: {Reason(failure)}")
            : new(ErrorKind.OutcomeUnknown, $"No answer: {Reason(failure)}"),
        _ => null,
    };

    /// <summary>True when no connection was made, so that the target cannot have seen the request.</summary>
    public static bool NothingWasSent(Exception failure)
    {
        for (var at = failure; at is not null; at = at.InnerException)
            if (at is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError }
                or SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable
                    or SocketError.NetworkUnreachable })
                return true;
        return false;
    }

    /// <summary>A read changes nothing, so its fate is never in doubt: it may be tried again.</summary>
    public static Outcome.Failed OfRead(Outcome.Failed failure) =>
        failure.Kind == ErrorKind.OutcomeUnknown ? failure with { Kind = ErrorKind.Transient } : failure;

    private static Outcome.Failed OfStatus(int status, string? code, TimeSpan? retryAfter)
    {
        var kind = status switch
        {
            401 or 403 => ErrorKind.Denied,
            404 => ErrorKind.NotFound,
            409 or 412 => ErrorKind.Conflict,
            429 => ErrorKind.Throttled,
            // Azure Storage says 503 for ServerBusy: the request was turned away at the door.
            503 => ErrorKind.Throttled,
            408 or >= 500 => ErrorKind.OutcomeUnknown,
            _ => ErrorKind.Invalid,
        };
        return new(kind, $"The target answered {status} {(IsWord(code) ? code : null)}".TrimEnd() + ".", retryAfter);
    }

    /// <summary>What else stands where a code belongs may be anything, what the target was sent as well.</summary>
    private static bool IsWord(string? code) => code is { Length: <= CodeMaxChars } && code.All(char.IsAsciiLetterOrDigit);

    private static TimeSpan? RetryAfter(RequestFailedException answered) =>
        answered.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var text) == true
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds) : null;

    private static Outcome.Failed Worst(List<Outcome.Failed> all) => all.FirstOrDefault(one => one.Kind == ErrorKind.OutcomeUnknown) ?? all[^1];

    /// <summary>The innermost message: the outer ones repeat "retry failed" and may quote a URL with its signature.</summary>
    private static string Reason(Exception failure) => failure.GetBaseException() is SocketException socket
        ? $"{socket.SocketErrorCode}." : failure.GetBaseException() is RequestFailedException ? "the connection failed." : failure.GetBaseException().Message;
}
