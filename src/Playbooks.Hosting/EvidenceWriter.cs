using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;

namespace Playbooks.Hosting;

/// <summary>Makes the evidence pack of a run that is over: from its journal, the same bytes each time.</summary>
public static class EvidenceWriter
{
    /// <returns>The folder of the pack, named after the run.</returns>
    public static async Task<string> WriteAsync(IReadOnlyList<StoredEvent> events, DeploymentEnvironment environment, string parent, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(parent, events[0].RunId);
        await EvidenceFolder.WriteAsync(folder, Pack.Make(events, EvidenceKeys.Load(environment, new Secrets())), cancellationToken);
        return folder;
    }
}
