using System.Collections.Immutable;
using System.Security.Cryptography;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Signing;

/// <summary>
/// The OpenSSF model-signing statement of a version. Its resources are the version's files and the manifest itself, under
/// <see cref="Manifest.FileName"/>: so number, maker and time are signed too, and a folder with both files in it verifies elsewhere.
/// </summary>
public static class ModelSignature
{
    public const string PredicateType = "https://model_signing/signature/v1.0";

    /// <summary>
    /// The <b>manifest digest</b>: SHA-256 over the raw digests of all resources in ordinal order of their names, in lower hex. It is the
    /// statement's subject, what services report as theirs, and what steps compare.
    /// </summary>
    public static string Root(Manifest manifest)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, digest) in Resources(manifest))
            hash.AppendData(Convert.FromHexString(digest));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static JsonData Sign(Manifest manifest, ArtifactSigner signer) => SignedStatement.Sign(Statement(manifest), signer);

    /// <summary>Null when the bundle signs exactly this manifest and its files; else what is wrong.</summary>
    public static string? Error(Manifest manifest, JsonData? bundle, ArtifactVerifier verifier)
    {
        if (bundle is null || bundle.IsNull)
            return "it is not signed";
        if (SignedStatement.Verify(bundle, PredicateType, verifier, out var wrong) is not { } statement)
            return wrong;
        // Equality with the statement that we would make covers the root, every resource, and resources that are not ours.
        return statement == Statement(manifest) ? null : "the signed list of files is not the manifest's";
    }

    private static JsonData Statement(Manifest manifest) => JsonData.Object(
        ("_type", JsonData.Of(SignedStatement.StatementType)),
        ("subject", JsonData.Array([JsonData.Object(
            ("name", JsonData.Of(manifest.Model)),
            ("digest", JsonData.Object(("sha256", JsonData.Of(Root(manifest))))))])),
        ("predicateType", JsonData.Of(PredicateType)),
        ("predicate", JsonData.Object(
            ("serialization", JsonData.Object(
                ("method", JsonData.Of("files")),
                ("hash_type", JsonData.Of("sha256")),
                ("allow_symlinks", JsonData.False),
                ("ignore_paths", JsonData.EmptyArray))),
            ("resources", JsonData.Array(Resources(manifest).Select(resource => JsonData.Object(
                ("name", JsonData.Of(resource.Name)),
                ("digest", JsonData.Of(resource.Digest)),
                ("algorithm", JsonData.Of("sha256")))))))));

    private static ImmutableArray<(string Name, string Digest)> Resources(Manifest manifest) =>
    [
        .. manifest.Files.Select(file => (file.Name, file.Sha256))
            .Append((Manifest.FileName, Convert.ToHexStringLower(SHA256.HashData(manifest.Bytes()))))
            .OrderBy(resource => resource.Item1, StringComparer.Ordinal),
    ];
}
