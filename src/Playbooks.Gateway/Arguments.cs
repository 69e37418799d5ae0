using System.Globalization;

namespace Playbooks.Gateway;

/// <summary>The process's command line, checked.</summary>
internal sealed record Arguments(string Config, string? Replica, string? DataDirectory, OrphanWatch? Orphan)
{
    private static readonly string[] Known = ["--config", "--replica", "--data-directory", "--parent-pid", "--orphan-grace"];

    /// <returns>Null when the arguments make no sense.</returns>
    public static Arguments? Parse(string[] args)
    {
        if (args.Length % 2 != 0) return null;
        var given = new Dictionary<string, string>();
        foreach (var pair in args.Chunk(2))
            if (!Known.Contains(pair[0]) || !given.TryAdd(pair[0], pair[1])) return null;
        if (!given.TryGetValue("--config", out var config)) return null;
        if (given.ContainsKey("--parent-pid") != given.ContainsKey("--orphan-grace")) return null;

        OrphanWatch? orphan = null;
        if (given.TryGetValue("--parent-pid", out var pid))
        {
            if (!int.TryParse(pid, CultureInfo.InvariantCulture, out var parent) || parent < 1) return null;
            if (!int.TryParse(given["--orphan-grace"], CultureInfo.InvariantCulture, out var seconds)
                || seconds is < 0 or > OrphanWatch.GraceLimitSeconds) return null;
            orphan = new OrphanWatch(parent, TimeSpan.FromSeconds(seconds));
        }
        return new Arguments(config, given.GetValueOrDefault("--replica"), given.GetValueOrDefault("--data-directory"), orphan);
    }
}
