using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Web.Access;

/// <summary>Runs that the real decider decides, kept in memory; the instant of an event is the shell's, as it is in every shell. What is told and anchored arrives at once.</summary>
internal sealed class MemoryRuns(TimeProvider time) : IRuns
{
    private readonly Dictionary<string, (Run Run, List<RunEvent> Events)> runs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> requests = new(StringComparer.Ordinal);

    public IReadOnlyList<RunEvent> EventsOf(string run) => runs[run].Events;

    public Run Of(string run) => runs[run].Run;

    public void Hears(string id, RunEvent happened)
    {
        var (run, events) = runs.GetValueOrDefault(id, (Run.Empty, []));
        var reaction = Decider.React(run, [happened with { At = time.GetUtcNow() }], "epoch:1");
        events.AddRange(reaction.Appended);
        runs[id] = (reaction.Run, events);
        if (reaction.Outstanding.OfType<Command.Tell>().FirstOrDefault() is { } tell)
            Hears(id, new RunEvent.Told(tell.Id, "test", default));
        else if (reaction.Outstanding.OfType<Command.AnchorHead>().FirstOrDefault() is { } anchor)
            Hears(id, new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, "head", "test", default));
    }

    public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
    {
        if (!requests.TryGetValue(request.RequestId, out var id))
        {
            requests[request.RequestId] = id = $"run-{runs.Count + 1}";
            var (playbook, environment) = (request.Playbook, request.Environment);
            Hears(id, new RunEvent.RunStarted(id, request.Mode, Decider.LogicVersion, new PinnedText(playbook.Name, playbook.Digest, playbook.Text),
                new PinnedText(environment.Name, environment.Digest, environment.Text), ((RunInputs.Accepted)RunInputs.Of(playbook.Inputs, request.Inputs)).Values, null, request.StartedBy, null,
                request.Mode == RunMode.Live ? time.GetUtcNow() : null, null, null, default));
        }
        return Task.FromResult<StartResult>(new StartResult.Started(id));
    }

    public Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken)
    {
        if (!runs.ContainsKey(runId))
            return Task.FromResult(false);
        Hears(runId, happened);
        return Task.FromResult(true);
    }

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<RunSummary>>([.. runs.Values.Select(run => run.Run.Summary())]);

    public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => Task.FromResult(runs.TryGetValue(runId, out var run) ? run.Run : null);

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredEvent>>([.. runs[runId].Events.Select((happened, index) => new StoredEvent(runId, index + 1, happened, $"hash-{index + 1}", EventJson.Write(happened)))
            .Where(stored => stored.Sequence >= fromSequence)]);
}
