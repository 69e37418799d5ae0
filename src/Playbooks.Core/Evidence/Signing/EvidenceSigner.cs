using System.Security.Cryptography;

namespace Playbooks.Core.Evidence.Signing;

/// <summary>The private half of the key that signs evidence.</summary>
public sealed class EvidenceSigner
{
    private readonly byte[] secret;

    private EvidenceSigner(byte[] secret, EvidenceKey key) => (this.secret, Key) = (secret, key);

    public EvidenceKey Key { get; }

    /// <param name="pem">PKCS#8 or SEC 1, P-256, not encrypted.</param>
    /// <returns>Null when the text is no such key.</returns>
    public static EvidenceSigner? FromPem(string pem)
    {
        using var key = EvidenceKey.Import(pem);
        if (key is null)
            return null;
        try
        {
            return new(key.ExportParameters(true).D!, EvidenceKey.Of(key));
        }
        catch (CryptographicException)
        {
            // Only the public half is there.
            return null;
        }
    }

    /// <summary>A DER sequence; the same for the same data every time (RFC 6979).</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => DeterministicEcdsa.Sign(secret, data);
}
