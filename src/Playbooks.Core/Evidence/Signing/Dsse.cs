using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Playbooks.Core.Evidence.Signing;

/// <summary>
/// A DSSE envelope in its one written form: every other form of the same content, such as base64 with loose bits, is refused, so that no byte
/// of it can change unseen.
/// </summary>
internal sealed record Dsse(string PayloadType, byte[] Payload, string KeyId, byte[] Signature)
{
    public static Dsse Sign(string payloadType, byte[] payload, EvidenceSigner signer) =>
        new(payloadType, payload, signer.Key.Id, signer.Sign(ToSign(payloadType, payload)));

    public bool IsSignedBy(EvidenceKey key) => key.Verify(ToSign(PayloadType, Payload), Signature);

    public byte[] Write()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        // Base64's plus sign stays itself, so that sed can take the signature out.
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteBase64String("payload", Payload);
            writer.WriteString("payloadType", PayloadType);
            writer.WriteStartArray("signatures");
            writer.WriteStartObject();
            writer.WriteString("keyid", KeyId);
            writer.WriteString("sig", Convert.ToBase64String(Signature));
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    /// <summary>Null when the bytes are not exactly what <see cref="Write"/> makes.</summary>
    public static Dsse? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            var reader = new Utf8JsonReader(file);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            var only = root.GetProperty("signatures")[0];
            var read = new Dsse(root.GetProperty("payloadType").GetString()!, root.GetProperty("payload").GetBytesFromBase64(),
                only.GetProperty("keyid").GetString()!, only.GetProperty("sig").GetBytesFromBase64());
            return file.SequenceEqual(read.Write()) ? read : null;
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            // Every way in which System.Text.Json says that this is not the form.
            return null;
        }
    }

    /// <summary>DSSE's pre-authentication encoding: what is signed says its type and lengths.</summary>
    private static byte[] ToSign(string payloadType, byte[] payload) =>
    [
        .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"DSSEv1 {Encoding.UTF8.GetByteCount(payloadType)} {payloadType} {payload.Length} ")),
        .. payload,
    ];
}
