using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Playbooks.Bench.Journals;

/// <summary>
/// This program published for this machine, as an engine is put into service: compiled ahead together with the framework. How soon a process
/// acts is else a measure of the compiler.
/// </summary>
internal static class PublishedBench
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>The program's path. The first time it is made, which takes a minute or two.</summary>
    /// <exception cref="InvalidOperationException">The SDK refused; what it printed is in the message.</exception>
    public static async Task<string> PathAsync()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "published");
        Console.Error.WriteLine("Compiling ahead for the rows about starting again …");
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet") { RedirectStandardOutput = true };
        foreach (var arg in (string[])["publish", ProjectFolder(), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "--self-contained", "-o", folder, "-v", "q", "--nologo"])
            start.ArgumentList.Add(arg);
        using var publish = Process.Start(start)!;
        var printed = publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync().WaitAsync(Patience);
        if (publish.ExitCode != 0)
            throw new InvalidOperationException($"The benchmark could not be published for {RuntimeInformation.RuntimeIdentifier}:\n{await printed}");
        return Path.Combine(folder, typeof(PublishedBench).Assembly.GetName().Name + (OperatingSystem.IsWindows() ? ".exe" : ""));
    }

    private static string ProjectFolder([CallerFilePath] string here = "") => Path.GetDirectoryName(Path.GetDirectoryName(here))!;
}
