namespace Playbooks.Tests;

/// <summary>Finds the files that tests look at.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Playbooks.sln.</summary>
    public static string Root { get; } = Up(AppContext.BaseDirectory);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string Up(string folder) =>
        File.Exists(Path.Combine(folder, "Playbooks.sln")) ? folder : Up(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Playbooks.sln is nowhere above."));
}
