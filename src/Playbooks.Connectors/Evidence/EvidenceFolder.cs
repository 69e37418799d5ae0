namespace Playbooks.Connectors.Evidence;

/// <summary>A pack as a folder on disk. It appears whole or not at all.</summary>
public static class EvidenceFolder
{
    /// <summary>No file of a pack comes near it; a larger one is refused before it is read.</summary>
    public const long FileMaxBytes = 256 * 1024 * 1024;

    /// <summary>Writes beside the folder and renames. A pack that lies there already is replaced; between the two renames there is none.</summary>
    /// <param name="folder">For example <c>evidence/RUN</c>.</param>
    public static async Task WriteAsync(string folder, IReadOnlyDictionary<string, byte[]> files, CancellationToken cancellationToken)
    {
        var target = Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar);
        var parent = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(parent);
        var mark = Guid.NewGuid().ToString("N");
        var made = Path.Combine(parent, $".{Path.GetFileName(target)}.{mark}.new");
        try
        {
            Directory.CreateDirectory(made);
            foreach (var (name, content) in files)
                await WriteFileAsync(Path.Combine(made, name), content, cancellationToken);
            if (!Directory.Exists(target))
            {
                Directory.Move(made, target);
                return;
            }
            var old = Path.Combine(parent, $".{Path.GetFileName(target)}.{mark}.old");
            Directory.Move(target, old);
            Directory.Move(made, target);
            Directory.Delete(old, recursive: true);
        }
        finally
        {
            if (Directory.Exists(made))
                Directory.Delete(made, recursive: true);
        }
    }

    /// <summary>The folder's files by name, for <c>PackVerifier</c>. A folder in it counts as a file that nobody signed.</summary>
    /// <exception cref="IOException">It cannot be read, or a file is larger than <see cref="FileMaxBytes"/>.</exception>
    public static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry is FileInfo { Length: > FileMaxBytes })
                throw new IOException($"{entry.FullName} is larger than {FileMaxBytes} bytes, as no file of a pack is.");
            files[entry is DirectoryInfo ? entry.Name + "/" : entry.Name] = entry is FileInfo ? await File.ReadAllBytesAsync(entry.FullName, cancellationToken) : [];
        }
        return files;
    }

    private static async Task WriteFileAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await file.WriteAsync(content, cancellationToken);
        file.Flush(flushToDisk: true);
    }
}
