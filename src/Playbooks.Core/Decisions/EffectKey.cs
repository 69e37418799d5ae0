using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Core.Decisions;

/// <summary>Keys and jitter, computed from names, so that a replay gives the same.</summary>
public static class EffectKey
{
    /// <summary>SHA-256 of run id, step path, purpose and redo, lower hex: the same for every attempt and poll of one step.</summary>
    public static string Of(string runId, string path, Purpose purpose, int redo) =>
        Hash(string.Create(CultureInfo.InvariantCulture, $"{runId}\n{path}\n{(char)purpose}\n{redo}"));

    /// <summary>A number in [0, 1) for the wait before the given attempt.</summary>
    public static double Jitter(string key, int attempt)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}\n{attempt}")), digest);
        return (BitConverter.ToUInt64(digest) >> 11) * (1.0 / (1UL << 53));
    }

    internal static string Hash(string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        return Convert.ToHexStringLower(digest);
    }
}
