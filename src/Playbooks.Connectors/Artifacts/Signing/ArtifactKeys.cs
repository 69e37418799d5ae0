using System.Security.Cryptography;
using System.Text;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts.Signing;

/// <summary>The public half: what manifests and validations of an environment must verify with. P-256 only.</summary>
public sealed class ArtifactVerifier
{
    private readonly byte[] publicKey;

    /// <param name="pem">SubjectPublicKeyInfo, as <c>openssl ec -pubout</c> writes it.</param>
    /// <exception cref="ActionFailedException">This is no P-256 public key.</exception>
    public ArtifactVerifier(string pem)
    {
        using var key = P256.Import(pem, "public");
        publicKey = key.ExportSubjectPublicKeyInfo();
        // What the reference tool of the model-signing form computes: over the PEM text with its last newline.
        Hint = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n")));
    }

    /// <summary>Names the key in a bundle. A hint only: trust comes from the key that we were given.</summary>
    public string Hint { get; }

    /// <param name="signature">ECDSA over SHA-256 as a DER sequence.</param>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(publicKey, out _);
        return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public static ArtifactVerifier Of(DeploymentEnvironment environment, Secrets secrets) =>
        new(secrets.Resolve(environment.Signing.ArtifactsPublic));
}

/// <summary>The private half, for environments that may publish and validate.</summary>
public sealed class ArtifactSigner
{
    private readonly byte[] privateKey;

    /// <exception cref="ActionFailedException">This is no P-256 private key.</exception>
    public ArtifactSigner(string pem)
    {
        using var key = P256.Import(pem, "private");
        try
        {
            privateKey = key.ExportECPrivateKey();
        }
        catch (CryptographicException)
        {
            throw P256.NoKey("private");
        }
        Verifier = new ArtifactVerifier(key.ExportSubjectPublicKeyInfoPem());
    }

    public ArtifactVerifier Verifier { get; }

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        using var key = ECDsa.Create();
        key.ImportECPrivateKey(privateKey, out _);
        return key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <exception cref="ActionFailedException">The environment has no signing key, or it does not belong to its public key.</exception>
    public static ArtifactSigner Of(DeploymentEnvironment environment, Secrets secrets)
    {
        if (environment.Signing.Artifacts is not { } reference)
            throw new ActionFailedException(ErrorKind.Denied, $"The environment {environment.Name} has no key to sign artifacts with (signing.artifacts).");
        var signer = new ArtifactSigner(secrets.Resolve(reference));
        return signer.Verifier.Hint == ArtifactVerifier.Of(environment, secrets).Hint ? signer
            : throw new ActionFailedException(ErrorKind.Invalid,
                "signing.artifacts and signing.artifactsPublic are not a pair: what would be signed now could not be verified later.");
    }
}

internal static class P256
{
    private const string Curve = "1.2.840.10045.3.1.7";

    public static ECDsa Import(string pem, string which)
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
            // Told below without its message, which may quote the text.
        }
        key.Dispose();
        throw NoKey(which);
    }

    public static ActionFailedException NoKey(string which) =>
        new(ErrorKind.Invalid, $"The {which} key for artifacts is not a P-256 key in PEM.");
}
