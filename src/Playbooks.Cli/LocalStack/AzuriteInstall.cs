using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace Playbooks.Cli.LocalStack;

/// <summary>
/// Azurite's files, installed once per user by <c>npm ci</c> from the lock file that lies beside the program, and kept under the lock
/// file's hash. Whatever kills an installer, the folder is either whole or not there; two installers at once wait for each other.
/// </summary>
/// <param name="Node">Path of Node.</param>
/// <param name="Script">Path of <c>azurite.js</c>.</param>
internal sealed record AzuriteInstall(string Node, string Script)
{
    public static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(10);

    private const int HashLengthChars = 16;
    private const int OutputTailMaxChars = 2_000;
    private static readonly TimeSpan LockPollInterval = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Files = ["package.json", "package-lock.json", ".npmrc"];

    /// <param name="searchPath">Where Node and npm are looked for; the variable PATH if null.</param>
    /// <param name="say">Told once when something has to be installed, because that takes half a minute.</param>
    /// <exception cref="LocalStackException">Node or npm is missing, or the installation failed.</exception>
    public static async Task<AzuriteInstall> EnsureAsync(TimeProvider time, string? searchPath, Action<string>? say, CancellationToken cancellationToken)
    {
        var node = Find("node", searchPath);
        var source = Path.Combine(AppContext.BaseDirectory, "LocalStack", "azurite");
        var cache = CacheFolder();
        var folder = Path.Combine(cache, "azurite-" + await HashAsync(source, cancellationToken));
        var install = new AzuriteInstall(node, Path.Combine(folder, "node_modules", "azurite", "dist", "src", "azurite.js"));
        if (File.Exists(install.Script))
            return install;

        var npm = Find("npm", searchPath);
        Directory.CreateDirectory(cache);
        using var waited = new CancellationTokenSource(InstallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(waited.Token, cancellationToken);
        try
        {
            using var only = await LockAsync(folder + ".lock", time, either.Token);
            if (!File.Exists(install.Script))
            {
                say?.Invoke("Installing Azurite, once for this user: about half a minute.");
                await InstallAsync(npm, source, folder, searchPath, either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new LocalStackException($"Azurite could not be installed within {InstallTimeout}. Is the npm registry reachable?");
        }
        return install;
    }

    private static async Task InstallAsync(string npm, string source, string folder, string? searchPath, CancellationToken cancellationToken)
    {
        // What installers that were killed left behind; the lock says that none of them lives.
        foreach (var left in Directory.GetDirectories(Path.GetDirectoryName(folder)!, Path.GetFileName(folder) + ".*.partial"))
            Directory.Delete(left, recursive: true);
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        var partial = $"{folder}.{Guid.NewGuid():N}.partial";
        Directory.CreateDirectory(partial);
        foreach (var file in Files)
            File.Copy(Path.Combine(source, file), Path.Combine(partial, file));
        await RunNpmAsync(npm, partial, searchPath, cancellationToken);
        Directory.Move(partial, folder);
    }

    private static async Task RunNpmAsync(string npm, string folder, string? searchPath, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(npm, ["ci", "--no-progress", "--loglevel=error"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (searchPath is not null)
            start.Environment["PATH"] = searchPath;
        using var process = Process.Start(start) ?? throw new LocalStackException($"{npm} did not start.");
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new LocalStackException($"npm ci ended with {process.ExitCode} in {folder}: {Tail(await errors + await output)}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    internal static string Tail(string text) => text.Length <= OutputTailMaxChars ? text.Trim() : "…" + text[^OutputTailMaxChars..].Trim();

    /// <summary>An open file that nobody else can open; the system closes it when its holder dies.</summary>
    private static async Task<FileStream> LockAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(LockPollInterval, time, cancellationToken);
            }
        }
    }

    private static async Task<string> HashAsync(string source, CancellationToken cancellationToken)
    {
        var all = new StringBuilder();
        foreach (var file in Files)
            all.Append(await File.ReadAllTextAsync(Path.Combine(source, file), cancellationToken));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..HashLengthChars];
    }

    private static string CacheFolder() => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "playbooks");

    private static string Find(string tool, string? searchPath)
    {
        var names = OperatingSystem.IsWindows() ? new[] { tool + ".exe", tool + ".cmd" } : [tool];
        return (searchPath ?? Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new LocalStackException($"{tool} was not found. The local storage emulator needs Node.js 20 or later with npm: https://nodejs.org");
    }
}
