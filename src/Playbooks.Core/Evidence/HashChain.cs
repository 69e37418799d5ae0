using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Core.Evidence;

/// <summary>
/// The chain that makes a changed, dropped or swapped event visible. It cannot see a tail that was cut off or a chain rewritten whole:
/// for that its head is anchored where another identity writes.
/// </summary>
public static class HashChain
{
    public const int DigestBytes = 32;
    /// <summary>Most events are shorter and need no buffer of their own.</summary>
    private const int ShortMaxBytes = 1024;

    /// <summary>The hash before a run's first event; lower hex. Bound to the run, so that no event fits into another run's chain.</summary>
    public static string Genesis(string runId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("playbooks/1\n" + runId)));

    /// <summary>SHA-256 of the previous digest's bytes and the event's stored bytes; lower hex.</summary>
    /// <exception cref="FormatException"><paramref name="previousHex"/> is not hexadecimal.</exception>
    public static string Next(string previousHex, ReadOnlySpan<byte> storedJson)
    {
        // One call over both parts: an incremental hash costs several times what these few hundred bytes do.
        var previousBytes = previousHex.Length / 2;
        var length = previousBytes + storedJson.Length;
        var rented = length <= ShortMaxBytes ? null : ArrayPool<byte>.Shared.Rent(length);
        var both = (rented ?? stackalloc byte[ShortMaxBytes])[..length];
        if (Convert.FromHexString(previousHex, both, out _, out _) is not OperationStatus.Done)
            throw new FormatException($"'{previousHex}' is not hexadecimal.");
        storedJson.CopyTo(both[previousBytes..]);
        Span<byte> digest = stackalloc byte[DigestBytes];
        SHA256.HashData(both, digest);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
        return Convert.ToHexStringLower(digest);
    }
}
