namespace Playbooks.Web.Alerts;

/// <summary>A secret that signs webhooks, as Standard Webhooks writes it. Never shown: its text is its name alone.</summary>
public sealed class WebhookSecret
{
    public const string Prefix = "whsec_";
    public const int MinBytes = 24;
    public const int MaxBytes = 64;

    private readonly byte[] key;

    private WebhookSecret(byte[] key) => this.key = key;

    internal ReadOnlySpan<byte> Key => key;

    /// <param name="text"><c>whsec_</c> and base64 of 24 to 64 random bytes.</param>
    /// <exception cref="FormatException">It is not that. The message does not repeat the text.</exception>
    public static WebhookSecret Parse(string text)
    {
        var key = new byte[MaxBytes + 1];
        return text.StartsWith(Prefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[Prefix.Length..], key, out var length) && length is >= MinBytes and <= MaxBytes
            ? new WebhookSecret(key[..length])
            : throw new FormatException($"A webhook secret is '{Prefix}' and base64 of {MinBytes} to {MaxBytes} random bytes.");
    }

    public override string ToString() => nameof(WebhookSecret);
}
