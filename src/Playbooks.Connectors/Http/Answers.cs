using System.Net;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Http;

/// <summary>What a status that was not expected says of the request.</summary>
internal static class Answers
{
    private static readonly TimeSpan RetryAfterMax = TimeSpan.FromDays(1);

    /// <param name="isRead">A read changes nothing; anything else may have been done where the server does not say otherwise.</param>
    public static Outcome.Failed Failure(string origin, HttpResponseMessage response, int? expected, bool isRead, DateTimeOffset now)
    {
        var status = (int)response.StatusCode;
        var kind = status switch
        {
            401 or 403 => ErrorKind.Denied,
            404 => ErrorKind.NotFound,
            409 or 412 => ErrorKind.Conflict,
            429 or 503 => ErrorKind.Throttled,
            408 or >= 500 => isRead ? ErrorKind.Transient : ErrorKind.OutcomeUnknown,
            >= 400 => ErrorKind.Invalid,
            // It was carried out, but not as expected.
            _ => isRead ? ErrorKind.Integrity : ErrorKind.OutcomeUnknown,
        };
        var wanted = expected is { } one ? $"; {one} was expected" : status is >= 300 and < 400 ? "; a redirect is followed only inside its origin" : "";
        return new(kind, $"{origin} answered {status}{wanted}.", RetryAfter(response, now));
    }

    /// <summary>In seconds or as a date.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) || response.Headers.RetryAfter is not { } header)
            return null;
        var after = header.Delta ?? (header.Date is { } date ? date - now : TimeSpan.Zero);
        return after < TimeSpan.Zero ? TimeSpan.Zero : after > RetryAfterMax ? RetryAfterMax : after;
    }
}
