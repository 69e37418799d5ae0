using System.Security.Cryptography;
using System.Text;
using Playbooks.Hosting;

namespace Playbooks.Cli.LocalStack;

/// <summary>Keys of one drill, made for it and kept in its folder for its user only. Programs get them by the names that the environment refers to.</summary>
internal static class DrillKeys
{
    /// <summary>Of every variable that the drill environment refers to.</summary>
    public const string VariablePrefix = "PLAYBOOKS_DRILL_";

    private const int VaultKeyBytes = 64;

    public static void Create(string folder)
    {
        foreach (var name in new[] { "artifacts", "evidence" })
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            PrivateFile.Write(Path.Combine(folder, name + ".pem"), Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()));
            File.WriteAllText(Path.Combine(folder, name + ".pub.pem"), key.ExportSubjectPublicKeyInfoPem());
        }
        PrivateFile.Write(Path.Combine(folder, "vault.key"), Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(VaultKeyBytes))));
        PrivateFile.Write(Path.Combine(folder, "control.key"), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));
    }

    /// <param name="prefix">Of the variables by which an environment refers to them.</param>
    public static void Export(string folder, string prefix = VariablePrefix)
    {
        Environment.SetEnvironmentVariable(prefix + "ARTIFACT_KEY", File.ReadAllText(Path.Combine(folder, "artifacts.pem")));
        Environment.SetEnvironmentVariable(prefix + "ARTIFACT_PUBLIC_KEY", File.ReadAllText(Path.Combine(folder, "artifacts.pub.pem")));
        Environment.SetEnvironmentVariable(prefix + "EVIDENCE_KEY", File.ReadAllText(Path.Combine(folder, "evidence.pem")));
    }

    public static string VaultKey(string folder) => File.ReadAllText(Path.Combine(folder, "vault.key"));

    public static string EvidencePublicKey(string folder) => Path.Combine(folder, "evidence.pub.pem");
}
