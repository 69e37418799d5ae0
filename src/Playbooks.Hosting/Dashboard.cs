using System.Collections.Concurrent;
using System.Collections.Immutable;
using Playbooks.Connectors;
using Playbooks.Connectors.Evidence;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;
using Playbooks.Web.Pages;

namespace Playbooks.Hosting;

/// <summary>What the pages show of this host.</summary>
public sealed class Dashboard(PlaybookLibrary library)
{
    private readonly ConcurrentDictionary<string, (DateTime WrittenAt, long Bytes, Playbook? Playbook)> read = new(StringComparer.Ordinal);

    /// <param name="changed">Completes when a run has had an event after a sequence; false when it has none any more.</param>
    public PageHost HostOf(IRuns runs, IAlertInbox inbox, DeploymentEnvironment environment, Gate gate, RunDoor door, Callers callers, Func<string, long, CancellationToken, Task<bool>> changed,
        Func<EngineHealth> health, TimeProvider time) => new()
    {
        Runs = runs,
        Alerts = inbox,
        Environment = environment,
        Playbooks = Playbooks,
        Changed = changed,
        Caller = callers.OfAsync,
        Gate = gate,
        Door = door,
        Evidence = events => Pack(events, environment),
        Health = health,
        Time = time,
    };

    /// <summary>Files as they are now. Pages look every few seconds, so a file that has not changed is not read again.</summary>
    private ImmutableArray<Playbook> Playbooks()
    {
        var all = ImmutableArray.CreateBuilder<Playbook>();
        foreach (var name in library.Names())
        {
            var file = new FileInfo(Path.Combine(library.Folder, name, PlaybookLibrary.FileName));
            if (!read.TryGetValue(name, out var known) || (known.WrittenAt, known.Bytes) != (file.LastWriteTimeUtc, file.Length))
                read[name] = known = (file.LastWriteTimeUtc, file.Length, (library.Read(file.FullName) as ReadResult<Playbook>.Valid)?.Value);
            if (known.Playbook is { } playbook)
                all.Add(playbook);
        }
        return all.ToImmutable();
    }

    private static ImmutableSortedDictionary<string, byte[]> Pack(IReadOnlyList<StoredEvent> events, DeploymentEnvironment environment)
    {
        try
        {
            return Core.Evidence.Pack.Make(events, EvidenceKeys.Load(environment, new Secrets()));
        }
        catch (ActionFailedException missing)
        {
            throw new EvidenceUnavailableException($"The key that signs evidence cannot be had: {missing.Message} The journal is safe; set the key and download the pack then.", missing);
        }
    }
}
