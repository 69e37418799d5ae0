using System.Collections.Concurrent;
using Playbooks.Core.Definitions;
using Playbooks.Hosting;
using Playbooks.Sqlite;

namespace Playbooks.Cli.Host;

/// <summary>
/// Makes the pack of each run that ends while a host serves: after the run's last event, when nothing of it is outstanding. A pack that was
/// missed, because the host was killed, is made with <c>playbooks evidence make</c>; it is the same.
/// </summary>
internal sealed class EvidenceKeeper(Engine engine, DeploymentEnvironment environment, string folder, Action<string> say)
{
    private readonly ConcurrentDictionary<string, Task> runs = new(StringComparer.Ordinal);

    /// <summary>Ends when every pack that was begun is written.</summary>
    public Task Completion => Task.WhenAll(runs.Values);

    /// <summary>Told of one run several times, it makes one pack.</summary>
    public void Keep(string runId, CancellationToken cancellationToken) => runs.GetOrAdd(runId, run => KeepAsync(run, cancellationToken));

    private async Task KeepAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var _ in engine.SubscribeAsync(runId, 1, cancellationToken))
            {
                // The subscription ends with the last event.
            }
            var pack = await EvidenceWriter.WriteAsync(await engine.ReadAsync(runId, 1, cancellationToken), environment, folder, cancellationToken);
            say($"evidence: {Path.Combine(pack, "report.html")}");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            say($"The evidence of {runId} is not made yet: playbooks evidence make {runId} -e {environment.Name}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or Connectors.ActionFailedException)
        {
            say($"The evidence of {runId} could not be written: {failure.Message} Make it with: playbooks evidence make {runId} -e {environment.Name}");
        }
    }
}
