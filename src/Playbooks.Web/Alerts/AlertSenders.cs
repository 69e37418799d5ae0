using Microsoft.AspNetCore.Http;
using Playbooks.Web.Access;
using Playbooks.Web.Tokens;

namespace Playbooks.Web.Alerts;

/// <summary>Who may send alerts to this host. With neither a tenant nor secrets only whoever holds the host's own key may.</summary>
/// <param name="Tokens">Azure Monitor's secure webhook; null where none is set up.</param>
/// <param name="Secrets">Of signed webhooks; none accepts none.</param>
/// <param name="Caller">Whom the host's own key stands for; null refuses.</param>
public sealed record AlertSenders(AlertTokens? Tokens, IReadOnlyList<WebhookSecret> Secrets, Func<string, Caller?> Caller)
{
    private const string Bearer = "Bearer ";

    /// <summary>
    /// A signature decides alone where one is sent, also a wrong one beside a good key: whoever signs says that nobody changed the body on its way, and no key says that.
    /// </summary>
    /// <param name="body">The bytes as they arrived; signatures are about them.</param>
    /// <exception cref="KeysUnavailableException">Nobody can be believed for now.</exception>
    public async Task<SenderCheck> CheckAsync(IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (headers.TryGetValue(StandardWebhook.SignatureHeader, out var signatures))
        {
            return StandardWebhook.Verify(headers[StandardWebhook.IdHeader], headers[StandardWebhook.TimestampHeader], signatures, body.Span, Secrets, now) switch
            {
                WebhookCheck.Accepted => new SenderCheck.Known("signed webhook"),
                WebhookCheck.Refused refused => new SenderCheck.Unknown(refused.Reason),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        var authorization = headers.Authorization.ToString();
        if (!authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return new SenderCheck.Unknown("Sign the webhook, or send a token or the key of this server as 'Authorization: Bearer …'.");
        var given = authorization[Bearer.Length..];
        if (Caller(given) is { } caller)
            return new SenderCheck.Known($"key of {caller.Person}");
        return Tokens is null ? new SenderCheck.Unknown("The key is not this server's.") : await Tokens.CheckAsync(given, cancellationToken).ConfigureAwait(false);
    }
}

/// <summary>Whether a sender of alerts is believed.</summary>
public abstract record SenderCheck
{
    private SenderCheck() { }

    /// <param name="Via">For people: how it came.</param>
    public sealed record Known(string Via) : SenderCheck;

    /// <summary>Nobody knows who it is.</summary>
    public sealed record Unknown(string Reason) : SenderCheck;

    /// <summary>It is known, and may not.</summary>
    public sealed record Forbidden(string Reason) : SenderCheck;
}
