using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Sqlite;
using Message = Playbooks.Sqlite.Message;

namespace Playbooks.Tests.Shells.Agreement;

/// <summary>The embedded shell's own loop, turn by turn, on a journal in memory and in virtual time.</summary>
internal sealed class LoopShell : IDoing
{
    private readonly Agenda agenda;
    private readonly RandomWorld world;
    private readonly MemoryJournal journal = new();
    private readonly EngineLoop loop;
    private readonly Dictionary<(string Run, string Id), DateTimeOffset> timers = [];
    private string runId = "";
    private Message.Forget? resting;
    private bool settled;
    private int running;

    public LoopShell(ulong seed, Agenda agenda)
    {
        this.agenda = agenda;
        world = new RandomWorld(seed, agenda, (_, happened) =>
        {
            if (!IsOver)
                Happened(happened);
        });
        loop = new EngineLoop(1, "epoch:1", journal, new EngineOptions { Actions = null!, People = null!, Anchors = null!, RaiseAlert = (_, _) => Task.CompletedTask, Time = agenda.Time, RestingKeptMax = 0 });
    }

    public bool MayAct => true;

    public IReadOnlyList<StoredEvent> Events => journal.Events;

    /// <summary>What comes to a run after its end is kept by this shell and refused by the other, whose instance is gone then.</summary>
    private bool IsOver => settled && running == 0;

    public StartResult Start(StartRequest request)
    {
        var result = new TaskCompletionSource<StartResult>();
        world.Begin();
        Tell(new Message.Start(request, RunInputs.Of(request.Playbook.Inputs, request.Inputs), result));
        return result.Task.Result;
    }

    private void Tell(Message message)
    {
        if (loop.Turn([message]) is not { } turn)
            return;
        if (turn.Append is { } append)
            journal.Append(append);
        turn.Follow(this);
        if (resting is { } forget)
        {
            resting = null;
            loop.Turn([forget]);
        }
    }

    private void Happened(RunEvent happened, string? reported = null) => Tell(new Message.Happened(runId, happened, reported, null));

    public void Publish(RunDeeds deeds)
    {
        (runId, settled) = (deeds.RunId, deeds.Rest == Rest.Settled);
        // It keeps nothing in memory that rests, so that every playbook is loaded again wherever it waits.
        if (deeds.Rest != Rest.Busy)
            resting = new Message.Forget(deeds.RunId, deeds.Run.Sequence);
    }

    public void SetTimer(string runId, string id, DateTimeOffset at)
    {
        timers[(runId, id)] = at;
        agenda.Enter(at, Agenda.Timers, runId, () =>
        {
            if (timers.TryGetValue((runId, id), out var wanted) && wanted == at && timers.Remove((runId, id)))
                Happened(new RunEvent.TimerFired(id, agenda.Now));
        });
    }

    public void DropTimer(string runId, string id) => timers.Remove((runId, id));

    public void Start(ActionCall call)
    {
        running++;
        world.Act(call, answer =>
        {
            running--;
            Happened(answer switch
            {
                { Outcome: { } outcome } => ActionReports.Answered(call, outcome, agenda.Now),
                { Error: { } error } => ActionReports.Threw(call, error, agenda.Now),
                _ => ActionReports.Overdue(call, agenda.Now),
            });
        });
    }

    public void Show(Run run, Command question, bool open) => world.Shown(Question.Of(question)!, open);

    public void Do(Run run, Command command)
    {
        switch (command)
        {
            case Command.Tell tell:
                world.Tell(tell, reached => Happened(reached ? new RunEvent.Told(tell.Id, "test", agenda.Now) : new RunEvent.TellFailed(tell.Id, "nobody there", agenda.Now), command.Name));
                break;
            case Command.AnchorHead anchor:
                world.Anchor(anchor.Id, reached => Happened(reached
                    ? new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, journal.Events[(int)anchor.Sequence - 1].Hash, "vault", agenda.Now)
                    : new RunEvent.AnchorFailed(anchor.Id, "no vault", agenda.Now), command.Name));
                break;
            case Command.RaiseAlert:
                world.Raise();
                break;
        }
    }

    public void Do(KeyDeed deed) => throw new NotSupportedException("These playbooks have no key.");

    public void Done()
    {
    }

    private sealed class MemoryJournal : IStored
    {
        public List<StoredEvent> Events { get; } = [];

        public void Append(JournalBatch batch)
        {
            foreach (var run in batch.Runs)
            {
                Assert.Equal(Events.Count, run.After);
                foreach (var made in run.Prepared)
                {
                    var before = Events.Count == 0 ? HashChain.Genesis(run.RunId) : Events[^1].Hash;
                    Events.Add(new StoredEvent(run.RunId, Events.Count + 1, made.Event, HashChain.Next(before, made.Json), made.Json));
                }
            }
        }

        public long Epoch() => 1;

        public LeftRuns Left() => new([], []);

        public RunHistory? History(string runId) => Events.Count > 0 && Events[0].RunId == runId ? new RunHistory(runId, [.. Events], null) : null;

        public StartResult? Start(string requestId) => null;

        public IReadOnlyList<KeyValuePair<RunKey, Admission>> Keys() => [];

        public string? Text(string digest) => null;
    }
}
