using System.Collections.Concurrent;
using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Web.Teams;

/// <summary>Runs told by the real decider, in memory. Time moves by <see cref="Tick"/>, which fires what is due.</summary>
internal sealed class BotRuns(TimeProvider time) : IRuns
{
    private readonly ConcurrentDictionary<string, Told> runs = new(StringComparer.Ordinal);

    /// <summary>What was taken of what people wanted: a forgery that adds to it was believed.</summary>
    public int Taken { get; private set; }

    /// <summary>Refusals that stand in journals.</summary>
    public int Refused { get; private set; }

    /// <summary>Comes before each append.</summary>
    public Func<Task> Slow { get; set; } = () => Task.CompletedTask;

    public Run this[string id] => runs[id].Run;

    public IEnumerable<RunEvent> Events(string id)
    {
        lock (runs[id])
            return [.. runs[id].Events];
    }

    public Run Start(string id, Playbook playbook, DeploymentEnvironment environment, string startedBy)
    {
        var mode = environment.Kind == EnvironmentKind.Drill ? RunMode.Drill : RunMode.Live;
        var request = new StartRequest(id, playbook, environment, mode, JsonData.EmptyObject, null, startedBy, null, null, null);
        Hear(id, Starting.Event(id, request with { DetectedAt = time.GetUtcNow() }, null, time.GetUtcNow()));
        return this[id];
    }

    /// <summary>The connector has posted a card.</summary>
    public void Posted(string id, string notice, string conversation, string message, string nonce) =>
        Hear(id, new RunEvent.NoticeDelivered(notice, "teams", new PostedCard(BotTraffic.ServiceUrl, conversation, message, CardSubject.Digest(nonce)), time.GetUtcNow()));

    public void Hear(string id, RunEvent happened)
    {
        var told = runs.GetOrAdd(id, _ => new Told());
        lock (told)
        {
            var reaction = Decider.React(told.Run, [happened with { At = time.GetUtcNow() }], "epoch:1");
            (told.Run, told.Outstanding) = (reaction.Run, [.. reaction.Outstanding]);
            told.Events.AddRange(reaction.Appended);
            Taken += reaction.Appended.Count(fact => fact is RunEvent.VoteCounted or RunEvent.OrderTaken || (fact is RunEvent.StepSucceeded { Output: var output } && output?["note"] is not null));
            Refused += reaction.Appended.Count(fact => fact is RunEvent.VoteRefused or RunEvent.RequestRefused or RunEvent.OrderRefused or RunEvent.TaskRefused);
        }
    }

    /// <summary>Whatever is due by now happens; messages are delivered.</summary>
    public void Tick(string id)
    {
        for (var due = true; due;)
        {
            var command = runs[id].Outstanding.FirstOrDefault(command => command is Command.StartTimer timer && timer.DueAt <= time.GetUtcNow() || command is Command.Tell or Command.AnchorHead);
            due = command is not null;
            switch (command)
            {
                case Command.StartTimer timer:
                    Hear(id, new RunEvent.TimerFired(timer.Id, default));
                    break;
                case Command.Tell tell:
                    Hear(id, new RunEvent.Told(tell.Id, "test", default));
                    break;
                case Command.AnchorHead anchor:
                    Hear(id, new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, "head", "test", default));
                    break;
            }
        }
    }

    public void Fails(string id, string path)
    {
        var action = runs[id].Outstanding.OfType<Command.RunAction>().Single(command => command.Id.Path == path);
        Hear(id, new RunEvent.ActionFailed(action.Id, ErrorKind.Invalid, "it says so", null, default));
    }

    public async Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken)
    {
        if (!runs.ContainsKey(runId))
            return false;
        await Slow();
        Hear(runId, happened);
        return true;
    }

    public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => Task.FromResult(runs.TryGetValue(runId, out var told) ? told.Run : null);

    public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<StoredEvent>>([.. Events(runId).Select((happened, index) => new StoredEvent(runId, index + 1, happened, "", default)).Where(stored => stored.Sequence >= fromSequence)]);

    public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<RunSummary>>([.. runs.Values.Select(told => told.Run.Summary())]);

    private sealed class Told
    {
        public volatile Run Run = Run.Empty;
        public IReadOnlyList<Command> Outstanding { get; set; } = [];
        public List<RunEvent> Events { get; } = [];
    }
}
