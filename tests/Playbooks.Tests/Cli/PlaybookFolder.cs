namespace Playbooks.Tests.Cli;

/// <summary>A folder of playbooks for one test.</summary>
internal sealed class PlaybookFolder : IDisposable
{
    public PlaybookFolder() => Directory.CreateDirectory(System.IO.Path.Combine(Path, "environments"));

    public string Path { get; } = Directory.CreateTempSubdirectory("playbooks-").FullName;

    public string Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
