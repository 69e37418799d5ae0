namespace Playbooks.Tests;

/// <summary>
/// Test data that stands beside the repository in a folder <c>shared</c> and is read in place, because its licences do not all allow
/// copying. Where it is absent, a test says that it was skipped.
/// </summary>
internal static class SharedData
{
    public static string FolderOrSkip(params string[] path)
    {
        if (Find(path) is { } found)
            return found;
        Assert.Skip($"The folder shared/{string.Join('/', path)} is not beside the repository.");
        throw new System.Diagnostics.UnreachableException();
    }

    /// <summary>For tests that do without; null where it is absent.</summary>
    public static string? Find(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine([folder.FullName, "shared", .. path]);
            if (Directory.Exists(candidate))
                return candidate;
        }
        return null;
    }
}
