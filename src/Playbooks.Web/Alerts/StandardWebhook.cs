using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Web.Alerts;

/// <summary>
/// Signatures after the specification Standard Webhooks: HMAC-SHA256 over <c>id.timestamp.body</c>. Pure: header values, body and time go in, a verdict comes out.
/// It proves who sent a message and when, not that it is new: whoever receives it drops an id that it has seen within twice <see cref="Tolerance"/>.
/// </summary>
public static class StandardWebhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far the sender's clock may be from ours, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    public const int IdMaxCharacters = 128;
    /// <summary>Signatures in one header; a sender that rotates secrets sends two.</summary>
    public const int SignaturesMax = 8;
    /// <summary>Secrets that are valid at once.</summary>
    public const int SecretsMax = 8;

    private const string Version = "v1,";
    /// <summary>Of seconds since 1970: enough for 30,000 years.</summary>
    private const int TimestampMaxDigits = 12;
    private const int SignatureHeaderMaxCharacters = 2048;

    /// <param name="id">Value of <see cref="IdHeader"/>; null where it is missing. A header that was sent twice is to be joined by commas, and is refused.</param>
    /// <param name="timestamp">Value of <see cref="TimestampHeader"/>.</param>
    /// <param name="signatures">Value of <see cref="SignatureHeader"/>.</param>
    /// <param name="body">The bytes as they arrived.</param>
    /// <param name="secrets">All that are valid now; none accepts nothing.</param>
    public static WebhookCheck Verify(string? id, string? timestamp, string? signatures, ReadOnlySpan<byte> body, IReadOnlyList<WebhookSecret> secrets, DateTimeOffset now)
    {
        if (id is not { Length: > 0 and <= IdMaxCharacters } || !id.All(IsIdCharacter))
            return Refuse($"{IdHeader} is missing, longer than {IdMaxCharacters} characters, or has other characters than letters, digits, '_', '-' and ':'.");
        if (timestamp is not { Length: > 0 and <= TimestampMaxDigits } || !timestamp.All(char.IsAsciiDigit))
            return Refuse($"{TimestampHeader} is missing or no whole number of seconds since 1970.");
        var sent = long.Parse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture);
        var apart = now.ToUnixTimeSeconds() - sent;
        if (Math.Abs(apart) > Tolerance.TotalSeconds)
            return Refuse($"It was sent more than {Tolerance.TotalMinutes:0} minutes {(apart > 0 ? "ago" : "ahead of our clock")}.");
        if (signatures is not { Length: > 0 and <= SignatureHeaderMaxCharacters })
            return Refuse($"{SignatureHeader} is missing or longer than {SignatureHeaderMaxCharacters} characters.");
        var given = signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (given.Length > SignaturesMax)
            return Refuse($"{SignatureHeader} has more than {SignaturesMax} signatures.");
        // What signs by another version is not ours to judge; the specification lets it stand beside.
        var known = given.Select(Decode).OfType<byte[]>().ToArray();
        if (known.Length == 0)
            return Refuse($"{SignatureHeader} has no signature of the form {Version}BASE64.");
        return Signer(known, secrets, Encoding.ASCII.GetBytes($"{id}.{timestamp}."), body) is { } secret
            ? new WebhookCheck.Accepted(id, DateTimeOffset.FromUnixTimeSeconds(sent), secret)
            : Refuse("No signature was made by a known secret over this id, timestamp and body.");
    }

    /// <summary>The value of <see cref="SignatureHeader"/> for one secret; what a sender computes.</summary>
    public static string Sign(string id, DateTimeOffset at, ReadOnlySpan<byte> body, WebhookSecret secret) =>
        Version + Convert.ToBase64String(Sign(secret, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{at.ToUnixTimeSeconds()}.")), body));

    /// <summary>Compares all with all, each time as long, so that time does not tell how much of a guess was right.</summary>
    private static int? Signer(byte[][] signatures, IReadOnlyList<WebhookSecret> secrets, byte[] head, ReadOnlySpan<byte> body)
    {
        int? signer = null;
        for (var i = 0; i < Math.Min(secrets.Count, SecretsMax); i++)
        {
            var expected = Sign(secrets[i], head, body);
            foreach (var signature in signatures)
            {
                if (CryptographicOperations.FixedTimeEquals(expected, signature))
                    signer ??= i;
            }
        }
        return signer;
    }

    private static byte[] Sign(WebhookSecret secret, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret.Key);
        hash.AppendData(head);
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    private static byte[]? Decode(string signature)
    {
        var bytes = new byte[HMACSHA256.HashSizeInBytes + 1];
        return signature.StartsWith(Version, StringComparison.Ordinal) && Convert.TryFromBase64String(signature[Version.Length..], bytes, out var length) && length == HMACSHA256.HashSizeInBytes
            ? bytes[..length] : null;
    }

    /// <summary>No full stop: it separates id, timestamp and body, so with one in the id the same signature would fit a second reading.</summary>
    private static bool IsIdCharacter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or ':';

    private static WebhookCheck.Refused Refuse(string reason) => new(reason);
}
