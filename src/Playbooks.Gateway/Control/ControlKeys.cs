using System.Security.Cryptography;
using System.Text;
using Playbooks.Gateway.Configuration;

namespace Playbooks.Gateway.Control;

/// <summary>The keys that may give orders, read once at start from files that only their owner can read.</summary>
public sealed class ControlKeys
{
    public const int KeyLeastCharacters = 32;
    public const int FileLimitBytes = 4096;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly IReadOnlyList<(string Name, byte[] Digest)> _keys;

    private ControlKeys(IReadOnlyList<(string, byte[])> keys) => _keys = keys;

    /// <summary>The keys, or everything that is wrong with their files.</summary>
    public static (ControlKeys? Keys, IReadOnlyList<string> Errors) Read(IReadOnlyList<KeyOptions> options)
    {
        var errors = new List<string>();
        var keys = new List<(string, byte[])>();
        foreach (var option in options)
        {
            var problem = ReadOne(option.File, out var key);
            if (problem is null) keys.Add((option.Name, Digest(key)));
            else errors.Add($"control key \"{option.Name}\", {option.File}: {problem}");
        }
        return errors.Count == 0 ? (new ControlKeys(keys), []) : (null, errors);
    }

    /// <summary>The name of a key, or null. Every key is compared, each in constant time.</summary>
    public string? NameOf(string key)
    {
        var digest = Digest(key);
        string? name = null;
        foreach (var known in _keys)
            if (CryptographicOperations.FixedTimeEquals(digest, known.Digest)) name = known.Name;
        return name;
    }

    private static string? ReadOne(string file, out string key)
    {
        key = "";
        try
        {
            if (!File.Exists(file)) return "there is no such file";
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file) is var mode && mode != OwnerOnly)
                return $"has mode {Convert.ToString((int)mode, 8).PadLeft(4, '0')}; it must be 0600, so: chmod 600 {file}";
            if (new FileInfo(file).Length > FileLimitBytes) return $"is larger than {FileLimitBytes} bytes";
            key = File.ReadAllText(file).Trim();
            return key.Length < KeyLeastCharacters ? $"the key has fewer than {KeyLeastCharacters} characters" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
