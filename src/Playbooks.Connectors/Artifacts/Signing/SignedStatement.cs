using System.Text;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Signing;

/// <summary>
/// An in-toto statement in a DSSE envelope in a Sigstore bundle v0.3, signed with a key: the form of OpenSSF Model Signing 1.0, so that
/// tools of others can check what we sign. There is no transparency log in it.
/// </summary>
public static class SignedStatement
{
    public const string StatementType = "https://in-toto.io/Statement/v1";
    public const string PayloadType = "application/vnd.in-toto+json";
    public const string BundleType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    public static JsonData Sign(JsonData statement, ArtifactSigner signer)
    {
        var payload = statement.Canonical();
        var signature = signer.Sign(PreAuthenticationEncoding(payload));
        return JsonData.Object(
            ("mediaType", JsonData.Of(BundleType)),
            ("verificationMaterial", JsonData.Object(
                ("publicKey", JsonData.Object(("hint", JsonData.Of(signer.Verifier.Hint)))),
                ("tlogEntries", JsonData.EmptyArray))),
            ("dsseEnvelope", JsonData.Object(
                ("payload", JsonData.Of(Convert.ToBase64String(payload))),
                ("payloadType", JsonData.Of(PayloadType)),
                ("signatures", JsonData.Array([JsonData.Object(
                    ("keyid", JsonData.Of("")), ("sig", JsonData.Of(Convert.ToBase64String(signature))))])))));
    }

    /// <summary>The statement, if it is signed by the key and of the type; else null with the reason.</summary>
    public static JsonData? Verify(JsonData bundle, string predicateType, ArtifactVerifier verifier, out string? wrong)
    {
        JsonData? Refuse(string why, out string? wrong)
        {
            wrong = why;
            return null;
        }

        var envelope = bundle["dsseEnvelope"];
        if (bundle["mediaType"]?.AsString() != BundleType || envelope?["payloadType"]?.AsString() != PayloadType)
            return Refuse("the signature is not a Sigstore bundle v0.3 with an in-toto statement", out wrong);
        if (bundle["verificationMaterial"]?["publicKey"]?["hint"]?.AsString() != verifier.Hint)
            return Refuse("it is signed with another key than this environment's", out wrong);
        if (envelope["signatures"] is not { Elements: [var only] } || Decode(only["sig"]) is not { } signature
            || Decode(envelope["payload"]) is not { } payload)
            return Refuse("the signature's envelope is damaged", out wrong);
        if (!verifier.Verify(PreAuthenticationEncoding(payload), signature))
            return Refuse("the signature does not belong to its content", out wrong);
        if (StrictJson.Read(payload, new StrictJsonLimits(Manifest.RecordMaxBytes)) is not StrictJsonResult.Accepted { Value: var statement }
            || statement["_type"]?.AsString() != StatementType || statement["predicateType"]?.AsString() != predicateType)
            return Refuse($"what is signed is not a statement of type {predicateType}", out wrong);
        wrong = null;
        return statement;
    }

    /// <summary>DSSE's own: what is signed says its type and lengths, so that no signature can be taken for another's.</summary>
    private static byte[] PreAuthenticationEncoding(byte[] payload) =>
        [.. Encoding.ASCII.GetBytes($"DSSEv1 {PayloadType.Length} {PayloadType} {payload.Length} "), .. payload];

    private static byte[]? Decode(JsonData? text)
    {
        if (text?.AsString() is not { } base64)
            return null;
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var count) ? bytes[..count] : null;
    }
}
