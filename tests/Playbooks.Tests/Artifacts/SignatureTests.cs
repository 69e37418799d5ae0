using System.Security.Cryptography;
using System.Text;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Signing;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Artifacts;

public class SignatureTests
{
    private static readonly Manifest Sample = ManifestTests.Sample;
    private static readonly JsonData Bundle = ModelSignature.Sign(Sample, Keys.Ours);

    [Fact]
    public void What_was_signed_verifies_with_the_public_key() => Assert.Null(ModelSignature.Error(Sample, Bundle, Keys.Ours.Verifier));

    [Fact]
    public void The_bundle_has_the_form_that_other_tools_read()
    {
        Assert.Equal("application/vnd.dev.sigstore.bundle.v0.3+json", Bundle["mediaType"]!.AsString());
        Assert.Equal("application/vnd.in-toto+json", Bundle["dsseEnvelope"]!["payloadType"]!.AsString());
        var statement = JsonData.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(Bundle["dsseEnvelope"]!["payload"]!.AsString()!)));
        Assert.Equal("https://in-toto.io/Statement/v1", statement["_type"]!.AsString());
        Assert.Equal("https://model_signing/signature/v1.0", statement["predicateType"]!.AsString());
        Assert.Equal(["data/subjects.json", "playbooks.manifest.json", "weights.json"],
            statement["predicate"]!["resources"]!.Elements.Select(resource => resource["name"]!.AsString()!));
        // The specification's root: SHA-256 over the raw digests in the order of the names.
        var raw = statement["predicate"]!["resources"]!.Elements.SelectMany(resource => Convert.FromHexString(resource["digest"]!.AsString()!));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(raw.ToArray())), statement["subject"]!.Elements[0]["digest"]!["sha256"]!.AsString());
        Assert.Equal(ModelSignature.Root(Sample), statement["subject"]!.Elements[0]["digest"]!["sha256"]!.AsString());
    }

    [Fact]
    public void A_signature_is_DER_over_the_pre_authentication_encoding()
    {
        var envelope = Bundle["dsseEnvelope"]!;
        var payload = Convert.FromBase64String(envelope["payload"]!.AsString()!);
        byte[] signed = [.. Encoding.ASCII.GetBytes($"DSSEv1 28 application/vnd.in-toto+json {payload.Length} "), .. payload];
        var signature = Convert.FromBase64String(envelope["signatures"]!.Elements[0]["sig"]!.AsString()!);
        Assert.Equal(0x30, signature[0]);
        Assert.True(Keys.Ours.Verifier.Verify(signed, signature));
    }

    public static TheoryData<string, Func<Manifest, Manifest>> ChangedManifests => new()
    {
        { "number", m => m with { Version = 8 } },
        { "model", m => m with { Model = "fraud" } },
        { "maker", m => m with { MadeBy = "somebody else" } },
        { "time", m => m with { MadeAt = m.MadeAt.AddTicks(1) } },
        { "source", m => m with { Source = "" } },
        { "base", m => m with { DerivedFrom = 6 } },
        { "key", m => m with { Key = "k" } },
        { "corruption", m => m with { Chaos = new ChaosNote(m.MadeAt, 6) } },
        { "file's name", m => m with { Files = m.Files.SetItem(1, m.Files[1] with { Name = "weights2.json" }) } },
        { "file's size", m => m with { Files = m.Files.SetItem(1, m.Files[1] with { Size = 35 }) } },
        { "file's digest", m => m with { Files = m.Files.SetItem(1, m.Files[1] with { Sha256 = new string('2', 64) }) } },
        { "file's version id", m => m with { Files = m.Files.SetItem(1, m.Files[1] with { VersionId = "v" }) } },
        { "file's tier", m => m with { Files = m.Files.SetItem(1, m.Files[1] with { Tier = "Cool" }) } },
        { "file too many", m => m with { Files = m.Files.Add(new ManifestFile("z.bin", 1, new string('3', 64))) } },
        { "file too few", m => m with { Files = m.Files.RemoveAt(1) } },
    };

    [Theory, MemberData(nameof(ChangedManifests))]
    public void A_signature_covers_every_part_of_the_manifest(string part, Func<Manifest, Manifest> change) =>
        Assert.True(ModelSignature.Error(change(Sample), Bundle, Keys.Ours.Verifier) is not null, part);

    [Fact]
    public void No_byte_of_the_stored_version_can_be_changed_unseen()
    {
        var stored = new VersionRecord(Sample, Bundle).Bytes();
        for (var at = 0; at < stored.Length; at++)
        {
            var changed = stored.ToArray();
            changed[at] ^= 1;
            try
            {
                var read = VersionRecord.Read("grading", 7, changed);
                read.RequireSignature(Keys.Ours.Verifier);
                // What still verifies must be the same content: an unused bit of Base64, or a field that nobody trusts.
                Assert.Equal(new VersionRecord(Sample, Bundle).Digest, read.Digest);
            }
            catch (ActionFailedException failure)
            {
                Assert.Equal(ErrorKind.Integrity, failure.Kind);
            }
        }
    }

    [Fact]
    public void A_version_signed_by_another_key_is_not_trusted() =>
        Assert.Contains("another key", ModelSignature.Error(Sample, ModelSignature.Sign(Sample, Keys.Others), Keys.Ours.Verifier), StringComparison.Ordinal);

    [Fact]
    public void A_foreign_signature_under_our_keys_hint_is_not_trusted()
    {
        var forged = JsonData.Parse(ModelSignature.Sign(Sample, Keys.Others).Text.Replace(Keys.Others.Verifier.Hint, Keys.Ours.Verifier.Hint, StringComparison.Ordinal));
        Assert.Contains("does not belong", ModelSignature.Error(Sample, forged, Keys.Ours.Verifier), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsigned_version_is_not_trusted() => Assert.Equal("it is not signed", ModelSignature.Error(Sample, null, Keys.Ours.Verifier));

    [Fact]
    public void A_validation_is_not_taken_for_a_signature_of_files()
    {
        var validation = new Validation("grading", 7, ModelSignature.Root(Sample), "qa@university.example", Sample.MadeAt, "golden");
        var bundle = JsonData.Parse(Encoding.UTF8.GetString(validation.Sign(Keys.Ours)));
        Assert.NotNull(ModelSignature.Error(Sample, bundle, Keys.Ours.Verifier));
        Assert.Equal(validation, Validation.Read(bundle.Canonical(), Keys.Ours.Verifier));
        Assert.Throws<ActionFailedException>(() => Validation.Read(bundle.Canonical(), Keys.Others.Verifier));
        Assert.Throws<ActionFailedException>(() => Validation.Read(Bundle.Canonical(), Keys.Ours.Verifier));
    }

    public static TheoryData<string> NoKeys => [
        "", "no key", Keys.PrivatePem(ECCurve.NamedCurves.nistP384),
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ];

    [Theory, MemberData(nameof(NoKeys))]
    public void A_key_that_is_not_P256_is_refused_without_quoting_it(string pem)
    {
        var failure = Assert.Throws<ActionFailedException>(() => new ArtifactSigner(pem));
        Assert.Equal("The private key for artifacts is not a P-256 key in PEM.", failure.Message);
    }

    [Fact]
    public void A_public_key_cannot_sign()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Throws<ActionFailedException>(() => new ArtifactSigner(key.ExportSubjectPublicKeyInfoPem()));
    }
}
