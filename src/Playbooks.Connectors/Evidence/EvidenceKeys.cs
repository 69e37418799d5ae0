using System.Security.Cryptography;
using System.Text;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence.Signing;

namespace Playbooks.Connectors.Evidence;

/// <summary>Keys that sign evidence: made for local use, loaded by reference everywhere.</summary>
public static class EvidenceKeys
{
    /// <summary>
    /// Makes a P-256 pair: the private half at the path, readable by its owner only, the public half beside it with the ending <c>.pub.pem</c>.
    /// Keeps a key that is there.
    /// </summary>
    /// <returns>Path of the public half.</returns>
    public static async Task<string> CreateAsync(string privatePath, CancellationToken cancellationToken)
    {
        var publicPath = Path.ChangeExtension(privatePath, ".pub.pem");
        if (!File.Exists(privatePath))
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(privatePath))!);
            await WriteNewAsync(privatePath, key.ExportPkcs8PrivateKeyPem() + "\n", cancellationToken);
        }
        await File.WriteAllTextAsync(publicPath, Signer(await File.ReadAllTextAsync(privatePath, cancellationToken), privatePath).Key.Pem, cancellationToken);
        return publicPath;
    }

    /// <exception cref="ActionFailedException">The reference leads nowhere, or to no P-256 key.</exception>
    public static EvidenceSigner Load(DeploymentEnvironment environment, Secrets secrets) =>
        Signer(secrets.Resolve(environment.Signing.Evidence), environment.Signing.Evidence.Value);

    /// <exception cref="ActionFailedException">The file holds no P-256 key.</exception>
    public static async Task<EvidenceKey> ReadPublicAsync(string path, CancellationToken cancellationToken) =>
        EvidenceKey.FromPem(await File.ReadAllTextAsync(path, cancellationToken))
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"{path} holds no P-256 key in PEM.");

    private static EvidenceSigner Signer(string pem, string where) => EvidenceSigner.FromPem(pem)
        ?? throw new ActionFailedException(ErrorKind.Invalid, $"{where} holds no private P-256 key in PEM (signing.evidence).");

    private static async Task WriteNewAsync(string path, string pem, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // The mode is set when the file is made, so that at no moment anybody else can read it.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(path, options);
        await file.WriteAsync(Encoding.ASCII.GetBytes(pem), cancellationToken);
    }
}
