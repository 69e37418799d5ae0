using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>
/// What an author reads for each bad document of the tables, word for word, in <c>sentences.txt</c>: one line per row, so that a changed
/// sentence is seen where all of them stand.
/// </summary>
internal static class Sentences
{
    /// <summary>Set to 1, the rows that run write their lines instead of comparing them.</summary>
    public const string Regenerate = "PLAYBOOKS_WRITE_SENTENCES";
    private const int KeyDigits = 8;

    private static readonly Lock Writing = new();
    private static readonly string Stored = Path.Combine(Repository.Root, "tests", "Playbooks.Tests", "Definitions", "sentences.txt");

    public static void Check(string marked, AuthorError error)
    {
        var key = $"{error.Code} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(marked)))[..KeyDigits]} ";
        var line = key + $"{error.Message} {error.Remedy}".ReplaceLineEndings(" ");
        string? stored;
        lock (Writing)
        {
            if (Environment.GetEnvironmentVariable(Regenerate) == "1")
                File.WriteAllLines(Stored, File.ReadAllLines(Stored).Where(other => !other.StartsWith(key, StringComparison.Ordinal)).Append(line).Order(StringComparer.Ordinal));
            stored = File.ReadLines(Stored).FirstOrDefault(other => other.StartsWith(key, StringComparison.Ordinal));
        }
        Assert.True(stored is not null, $"{Stored} lacks a line: run the test once with {Regenerate}=1 and read what it wrote.\n{line}");
        Assert.Equal(stored, line);
    }
}
