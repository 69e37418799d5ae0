using System.Diagnostics;

namespace Playbooks.Disk.Tests.Kills;

/// <summary>This program once more, as the child that is killed.</summary>
internal static class ChildProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>In memory where there is such a place: a killed process loses nothing that it wrote, whatever the disk does.</summary>
    public static string NewFolder()
    {
        var root = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        return Directory.CreateDirectory(Path.Combine(root, "playbooks-kill-" + Guid.NewGuid().ToString("N"))).FullName;
    }

    /// <param name="environment">What the child is told; null leaves a name out.</param>
    public static async Task<(int Code, string Said)> RunAsync(params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        // Where the tests are hosted by `dotnet`, so is the child.
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment.Where(told => told.Value is not null))
            start.Environment[name] = value;
        using var child = Process.Start(start)!;
        var (said, cried) = (child.StandardOutput.ReadToEndAsync(), child.StandardError.ReadToEndAsync());
        try
        {
            await child.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            child.Kill();
            return (-1, $"It did not end within {Patience}.");
        }
        return (child.ExitCode, (await said + await cried).Trim());
    }
}
