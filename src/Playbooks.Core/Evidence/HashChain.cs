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

    /// <summary>The hash before a run's first event; lower hex. Bound to the run, so that no event fits into another run's chain.</summary>
    public static string Genesis(string runId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("playbooks/1\n" + runId)));

    /// <summary>SHA-256 of the previous digest's bytes and the event's stored bytes; lower hex.</summary>
    /// <exception cref="FormatException"><paramref name="previousHex"/> is not hexadecimal.</exception>
    public static string Next(string previousHex, ReadOnlySpan<byte> storedJson)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Convert.FromHexString(previousHex));
        hash.AppendData(storedJson);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
