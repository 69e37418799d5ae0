using Playbooks.Hosting;

namespace Playbooks.Cli.Host;

/// <summary>Where the playbooks are that a verb works with.</summary>
internal static class LibraryFolder
{
    /// <summary>The given folder, or <c>playbooks</c> here or in a folder above.</summary>
    public static PlaybookLibrary Find(string? folder)
    {
        if (folder is not null)
            return new PlaybookLibrary(Path.GetFullPath(folder));
        for (var here = new DirectoryInfo(Directory.GetCurrentDirectory()); here is not null; here = here.Parent)
        {
            var library = new PlaybookLibrary(Path.Combine(here.FullName, "playbooks"));
            if (Directory.Exists(library.Environments))
                return library;
        }
        throw new CliException(ExitCodes.NotAvailable, "There is no folder 'playbooks' here or above. Name one with --playbooks FOLDER.");
    }
}
