using System.Globalization;
using Playbooks.Connectors.Artifacts.Signing;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts;

/// <summary>
/// Says that a version passed a suite of tests. Only this makes a version "known good": being old, or having been current, does not.
/// Signed as an in-toto test result whose subject is the manifest digest.
/// </summary>
/// <param name="Digest">Manifest digest of the version that was tested.</param>
public sealed record Validation(string Model, int Version, string Digest, string ValidatedBy, DateTimeOffset ValidatedAt, string Suite)
{
    public const string PredicateType = "https://in-toto.io/attestation/test-result/v0.1";

    public byte[] Sign(ArtifactSigner signer) => SignedStatement.Sign(Statement(), signer).Canonical();

    /// <exception cref="ActionFailedException">As <see cref="ErrorKind.Integrity"/>: not signed by this environment's key, or not a validation.</exception>
    public static Validation Read(ReadOnlySpan<byte> bytes, ArtifactVerifier verifier)
    {
        if (SignedStatement.Verify(RecordReader.Parse("validation", bytes), PredicateType, verifier, out var wrong) is not { } statement)
            throw new ActionFailedException(ErrorKind.Integrity, $"The validation cannot be trusted: {wrong}.");
        var predicate = new RecordReader("validation", statement["predicate"] ?? JsonData.Null);
        var subject = statement["subject"]?.Elements.FirstOrDefault();
        var validation = new Validation(subject?["name"]?.AsString() ?? "", predicate.Number("version"),
            subject?["digest"]?["sha256"]?.AsString() ?? "", predicate.Text("validatedBy"), predicate.Instant("validatedAt"), predicate.Text("suite"));
        return validation.Statement() == statement ? validation : throw predicate.Wrong("result");
    }

    private JsonData Statement() => JsonData.Object(
        ("_type", JsonData.Of(SignedStatement.StatementType)),
        ("subject", JsonData.Array([JsonData.Object(
            ("name", JsonData.Of(Model)), ("digest", JsonData.Object(("sha256", JsonData.Of(Digest)))))])),
        ("predicateType", JsonData.Of(PredicateType)),
        ("predicate", JsonData.Object(
            ("result", JsonData.Of("PASSED")),
            ("configuration", JsonData.Array([JsonData.Object(("name", JsonData.Of(Suite)))])),
            ("version", JsonData.Of(Version)),
            ("validatedBy", JsonData.Of(ValidatedBy)),
            ("validatedAt", JsonData.Of(ValidatedAt.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture))),
            ("suite", JsonData.Of(Suite)))));
}
