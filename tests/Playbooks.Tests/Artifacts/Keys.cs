using System.Security.Cryptography;
using Playbooks.Connectors.Artifacts.Signing;

namespace Playbooks.Tests.Artifacts;

/// <summary>Key pairs that live as long as the test process.</summary>
internal static class Keys
{
    public static readonly ArtifactSigner Ours = New(ECCurve.NamedCurves.nistP256);
    public static readonly ArtifactSigner Others = New(ECCurve.NamedCurves.nistP256);

    public static ArtifactSigner New(ECCurve curve) => new(PrivatePem(curve));

    public static string PrivatePem(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportPkcs8PrivateKeyPem();
    }
}
