using System.Collections.Immutable;

namespace Playbooks.Core.Definitions;

/// <summary>A playbook and the file that it was read from.</summary>
public sealed record PlaybookFile(Playbook Playbook, string FileName);

/// <summary>A version means one text for ever: the same name and version with another text is refused.</summary>
public static class PlaybookSet
{
    /// <param name="known">Digests of every text ever read, by name and version; null where there is none.</param>
    public static ImmutableArray<AuthorError> Check(IReadOnlyList<PlaybookFile> playbooks, Func<string, string, string?>? known = null)
    {
        var errors = ImmutableArray.CreateBuilder<AuthorError>();
        var first = new Dictionary<(string, string), PlaybookFile>();
        foreach (var file in playbooks)
        {
            var (playbook, key) = (file.Playbook, (file.Playbook.Name, file.Playbook.Version));
            first.TryAdd(key, file);
            var other = known?.Invoke(playbook.Name, playbook.Version) ?? first[key].Playbook.Digest;
            if (other != playbook.Digest)
                errors.Add(new AuthorError(file.FileName, 1, 1, "$.version", ErrorCodes.SameVersionOtherText.Code,
                    $"'{playbook.Name}' {playbook.Version} was read before with another text (SHA-256 {other}).", "Raise the version."));
        }
        return errors.DrainToImmutable();
    }
}
