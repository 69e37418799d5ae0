using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Playbooks.Core.Evidence.Signing;

/// <summary>
/// ECDSA over P-256 and SHA-256 with the nonce of RFC 6979: the same key and message always give the same signature, so that a pack can be
/// made again byte for byte. The framework's own <see cref="ECDsa"/> draws its nonces. The curve's arithmetic stays the framework's;
/// what is ours is not constant in time, which is why keys sign on the machine that holds them and never on request of somebody else.
/// </summary>
internal static class DeterministicEcdsa
{
    private const int FieldBytes = 32;

    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <returns>A DER sequence of r and s.</returns>
    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> message)
    {
        var digest = SHA256.HashData(message);
        var secret = Number(privateKey);
        // As many bits as the order has, so nothing is cut off.
        var hashed = Number(digest);
        var nonces = new Nonces(privateKey, Bytes(hashed % Order));
        while (true)
        {
            var nonce = nonces.Next();
            if (nonce.IsZero || nonce >= Order)
                continue;
            var r = Number(TimesBase(nonce)) % Order;
            var s = BigInteger.ModPow(nonce, Order - 2, Order) * (hashed + (r * secret)) % Order;
            if (!r.IsZero && !s.IsZero)
                return Der(r, s);
        }
    }

    /// <summary>The x coordinate of nonce × G: what the framework computes as the public half of a private key.</summary>
    private static byte[] TimesBase(BigInteger nonce)
    {
        using var pair = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = Bytes(nonce) });
        return pair.ExportParameters(false).Q.X!;
    }

    private static byte[] Der(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }
        return writer.Encode();
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number)
    {
        var bytes = new byte[FieldBytes];
        var length = number.GetByteCount(isUnsigned: true);
        number.TryWriteBytes(bytes.AsSpan(FieldBytes - length), out _, isUnsigned: true, isBigEndian: true);
        return bytes;
    }

    /// <summary>The generator of RFC 6979, section 3.2: HMAC keyed by secret and digest.</summary>
    private sealed class Nonces
    {
        private byte[] key = new byte[FieldBytes];
        private byte[] value = [.. Enumerable.Repeat((byte)1, FieldBytes)];
        private bool drawn;

        public Nonces(ReadOnlySpan<byte> secret, byte[] digest)
        {
            Stir([0, .. secret, .. digest]);
            Stir([1, .. secret, .. digest]);
        }

        public BigInteger Next()
        {
            if (drawn)
                Stir([0]);
            drawn = true;
            value = HMACSHA256.HashData(key, value);
            return Number(value);
        }

        private void Stir(byte[] with)
        {
            byte[] stirred = [.. value, .. with];
            key = HMACSHA256.HashData(key, stirred);
            value = HMACSHA256.HashData(key, value);
        }
    }
}
