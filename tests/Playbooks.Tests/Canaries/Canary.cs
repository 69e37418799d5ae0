using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Playbooks.Tests.Canaries;

/// <summary>
/// Values that stand for secrets and people, and the search for them in what was written: as they are, in UTF-16, in hex, in base64 wherever they begin in it, and as
/// URLs and JSON escape them. What is planted by name begins with <see cref="Marker"/>, which <c>.ci/run</c> looks for after the whole suite.
/// </summary>
internal sealed class Canary
{
    public const string MarkerVariable = "PLAYBOOKS_CANARY";

    /// <summary>Shorter ones would be found by chance.</summary>
    private const int MinChars = 10;

    private readonly Dictionary<string, string> planted = new(StringComparer.Ordinal);

    public static string Marker { get; } = Environment.GetEnvironmentVariable(MarkerVariable) is { Length: >= MinChars } given ? given : "cnry0AtTheDesk";

    /// <summary>Makes a value that has been nowhere before.</summary>
    public string Plant(string name)
    {
        var value = $"{Marker}-{name}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}";
        Plant(name, value);
        return value;
    }

    /// <summary>Takes a value that is a secret or a person already.</summary>
    public void Plant(string name, string value) => planted[name] = value.Length >= MinChars ? value : throw new ArgumentException($"{name} is too short to be looked for.");

    /// <returns>What was found where; empty when nothing leaked.</returns>
    public IReadOnlyList<string> FindIn(string where, ReadOnlySpan<byte> written)
    {
        var found = new List<string>();
        foreach (var (name, value) in planted)
        {
            foreach (var (form, bytes) in Forms(value))
            {
                if (written.IndexOf(bytes) >= 0)
                    found.Add($"{name} {form} in {where}");
            }
        }
        return found;
    }

    public IReadOnlyList<string> FindIn(string where, string written) => FindIn(where, Encoding.UTF8.GetBytes(written));

    /// <summary>Looks through every file, those of a running process too.</summary>
    /// <param name="isMeant">Files that hold the secret by design are left out; each must be for its user only.</param>
    public IReadOnlyList<string> FindUnder(string folder, Func<string, bool> isMeant)
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(file => !isMeant(file)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            found.AddRange(FindIn(Path.GetRelativePath(folder, file), bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
            found.AddRange(FindIn("the name " + file, Path.GetRelativePath(folder, file)));
        }
        return found;
    }

    private static IEnumerable<(string Form, byte[] Bytes)> Forms(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        yield return ("as it is", bytes);
        yield return ("in UTF-16", Encoding.Unicode.GetBytes(value));
        yield return ("in hex", Encoding.UTF8.GetBytes(Convert.ToHexStringLower(bytes)));
        yield return ("in upper hex", Encoding.UTF8.GetBytes(Convert.ToHexString(bytes)));
        for (var before = 0; before < 3; before++)
            yield return ("in base64", Encoding.UTF8.GetBytes(Base64(bytes, before)));
        if (Uri.EscapeDataString(value) is var url && url != value)
            yield return ("escaped in a URL", Encoding.UTF8.GetBytes(url));
        if (JsonEncodedText.Encode(value, JavaScriptEncoder.Default).ToString() is var json && json != value)
            yield return ("escaped in JSON", Encoding.UTF8.GetBytes(json));
    }

    /// <summary>What base64 makes of the value where so many bytes of something else stand before it in its group of three; without the characters that what is around shares.</summary>
    private static string Base64(byte[] value, int before)
    {
        var text = Base64Url.EncodeToString([.. new byte[before], .. value]).Replace('-', '+').Replace('_', '/');
        var first = before == 0 ? 0 : before + 1;
        return text[first..((before + value.Length) * 8 / 6)];
    }
}
