using System.Security.Cryptography;

namespace Playbooks.Core.Evidence.Signing;

/// <summary>The public half of the key that signs evidence; ECDSA over P-256 with SHA-256. Trust it only if it came from outside the evidence.</summary>
public sealed class EvidenceKey
{
    private const string Curve = "1.2.840.10045.3.1.7";
    private readonly byte[] spki;

    private EvidenceKey(ECDsa key)
    {
        spki = key.ExportSubjectPublicKeyInfo();
        Id = Convert.ToHexStringLower(SHA256.HashData(spki));
        Pem = key.ExportSubjectPublicKeyInfoPem() + "\n";
    }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, lower hex.</summary>
    public string Id { get; }

    public string Pem { get; }

    /// <param name="pem">SubjectPublicKeyInfo, as <c>openssl ec -pubout</c> writes it.</param>
    /// <returns>Null when the text is no P-256 key.</returns>
    public static EvidenceKey? FromPem(string pem)
    {
        using var key = Import(pem);
        return key is null ? null : new EvidenceKey(key);
    }

    /// <param name="signature">A DER sequence.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    internal static EvidenceKey Of(ECDsa key) => new(key);

    internal static ECDsa? Import(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(false).Curve.Oid.Value == Curve)
                return key;
        }
        catch (Exception failure) when (failure is ArgumentException or CryptographicException or PlatformNotSupportedException)
        {
            // Told by null: the framework's message may quote the text, which may be a secret. An unknown curve is 'not supported'.
        }
        key.Dispose();
        return null;
    }
}
