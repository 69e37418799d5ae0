using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Gateway.Serving;

/// <summary>
/// Puts each request into one of 100 buckets; the model takes those below the state's percent. With a header, the same
/// value falls into the same bucket on every replica, so whoever has the model at 10 % keeps it at 50 %. Without one,
/// any 100 requests in a row fill every bucket once, spread evenly.
/// </summary>
public sealed class Ramp(string? header)
{
    private const int Buckets = 100;

    /// <summary>Shares no factor with 100, so its multiples visit every bucket; near the golden section, so they do not clump.</summary>
    private const int Stride = 61;

    private long _count = -1;

    public int Bucket(HttpRequest request)
    {
        var value = header is null ? null : request.Headers[header].ToString();
        if (!string.IsNullOrEmpty(value)) return BucketOf(value);
        return (int)((ulong)Interlocked.Increment(ref _count) % Buckets * Stride % Buckets);
    }

    public static int BucketOf(string value)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(value), digest);
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(digest) % Buckets);
    }
}
