using System.Globalization;
using Playbooks.Gateway;
using Playbooks.SampleService.Artifact;

namespace Playbooks.SampleService;

/// <summary>The process's command line, checked.</summary>
internal abstract record Arguments
{
    private Arguments() { }

    public const string Usage =
        """
        usage: Playbooks.SampleService --config FILE [--parent-pid PID --orphan-grace SECONDS]
               Playbooks.SampleService make-artifact KIND FOLDER
          --config FILE            the configuration, JSON; see src/Playbooks.SampleService/README.md
          --parent-pid PID         watch this process ...
          --orphan-grace SECONDS   ... and stop when it has been gone for so long
          make-artifact            writes the healthy artifact of a model: recommendations or fraud
        """;

    public sealed record Serve(string Config, OrphanWatch? Orphan) : Arguments;

    public sealed record MakeArtifact(SampleKind Kind, string Folder) : Arguments;

    /// <returns>Null when the arguments make no sense.</returns>
    public static Arguments? Parse(string[] args) => args is ["make-artifact", var kind, var folder]
        ? SampleKinds.Parse(kind) is { } known ? new MakeArtifact(known, folder) : null
        : ParseServe(args);

    private static Serve? ParseServe(string[] args)
    {
        if (args.Length % 2 != 0)
            return null;
        var given = new Dictionary<string, string>();
        foreach (var pair in args.Chunk(2))
            if (pair[0] is not ("--config" or "--parent-pid" or "--orphan-grace") || !given.TryAdd(pair[0], pair[1]))
                return null;
        if (!given.TryGetValue("--config", out var config) || given.ContainsKey("--parent-pid") != given.ContainsKey("--orphan-grace"))
            return null;
        if (!given.TryGetValue("--parent-pid", out var parent))
            return new Serve(config, null);
        return int.TryParse(parent, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
            && int.TryParse(given["--orphan-grace"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= OrphanWatch.GraceLimitSeconds
            ? new Serve(config, new OrphanWatch(pid, TimeSpan.FromSeconds(seconds))) : null;
    }
}
