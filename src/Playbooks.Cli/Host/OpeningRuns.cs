using Playbooks.Core;
using Playbooks.Core.Decisions;

namespace Playbooks.Cli.Host;

/// <summary>
/// Runs of an engine that is still being opened. It takes up runs while it opens, and what they want at once of those around it, who need the engine
/// again, waits here for the end of the opening instead of failing.
/// </summary>
internal sealed class OpeningRuns : IRuns
{
    private readonly TaskCompletionSource<IRuns> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Opened(IRuns runs) => opened.TrySetResult(runs);

    public async Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) =>
        await (await RunsAsync(cancellationToken)).StartAsync(request, cancellationToken);

    public async Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken) =>
        await (await RunsAsync(cancellationToken)).SignalAsync(runId, happened, cancellationToken);

    public async Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => await (await RunsAsync(cancellationToken)).ListAsync(cancellationToken);

    public async Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => await (await RunsAsync(cancellationToken)).FindAsync(runId, cancellationToken);

    public async Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
        await (await RunsAsync(cancellationToken)).ReadAsync(runId, fromSequence, cancellationToken);

    private Task<IRuns> RunsAsync(CancellationToken cancellationToken) => opened.Task.WaitAsync(cancellationToken);
}
