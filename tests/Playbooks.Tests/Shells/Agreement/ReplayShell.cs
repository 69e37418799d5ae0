using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.DurableFunctions.Activities;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.DurableFunctions.Runs;
using Playbooks.Tests.Shells.Replay;

namespace Playbooks.Tests.Shells.Agreement;

/// <summary>The second shell's orchestrator, activities and client, on the replay runner, in the same kind of world.</summary>
internal sealed class ReplayShell : IActions, IPeople, IAnchors
{
    private readonly Agenda agenda;
    private readonly RandomWorld world;
    private readonly MemoryStores stores = new();
    private readonly DurableRuns runs;
    private readonly Dice dice;
    private string runId = "";

    public ReplayShell(ulong seed, Agenda agenda, Rotation rotation)
    {
        this.agenda = agenda;
        dice = new Dice(seed, "deaths");
        world = new RandomWorld(seed, agenda, Send);
        var journals = new KnownJournals(stores);
        RunActivities? activities = null;
        Runner = new ReplayRunner(agenda, context => RunOrchestrator.RunAsync(context, Logic.Ours, rotation), (name, input, owner) => activities!.ExecuteAsync(name, input, owner, default));
        // The host dies now and then; nobody may notice. Appending twice is harmless anywhere, acting twice is seen in the world, so not here.
        Runner.Deaths.BeforeTurnIsKept = _ => dice.Percent(5);
        Runner.Deaths.BeforeResultIsKept = activity => activity == ActivityNames.Append && dice.Percent(10);
        var inbox = new Inbox(Runner, stores, journals, agenda.Time);
        var keys = new RunKeys(stores, stores, journals, Runner, inbox, agenda.Time);
        activities = new RunActivities(stores, journals, stores, stores, stores, stores, keys, new RunOutside(this, this, this, (_, _) =>
        {
            world.Raise();
            return Task.CompletedTask;
        }), agenda.Time);
        runs = new DurableRuns(Runner, journals, stores, inbox, stores, keys, agenda.Time);
    }

    public ReplayRunner Runner { get; }

    public IReadOnlyList<StoredEvent> Events => runs.ReadAsync(runId, 1, default).Result;

    public StartResult Start(StartRequest request)
    {
        world.Begin();
        var result = runs.StartAsync(request, default).Result;
        if (result is StartResult.Started started)
            runId = started.RunId;
        return result;
    }

    /// <summary>A client that does not hear its answer sends again: the same delivery.</summary>
    private void Send(string delivery, RunEvent happened)
    {
        for (var times = dice.Percent(25) ? 2 : 1; times > 0; times--)
            _ = runs.SignalAsync(runId, delivery, happened, default);
    }

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var answered = new TaskCompletionSource<Outcome>();
        world.Act(call, answer =>
        {
            if (answer.Outcome is { } outcome)
                answered.SetResult(outcome);
            else if (answer.Error is { } error)
                answered.SetException(error);
            else
                answered.SetCanceled(cancellationToken);
        });
        return answered.Task;
    }

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken) => Answered(done => world.Tell(message, done), "test", "nobody there");

    public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) =>
        Answered(done => world.Anchor(AnchorOf(sequence), done), "vault", "no vault");

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        world.Shown(Question.Of(new Command.AskForVotes(approval))!, open);
        return Task.CompletedTask;
    }

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken)
    {
        world.Shown(Question.Of(ask)!, open);
        return Task.CompletedTask;
    }

    private static Task<string> Answered(Action<Action<bool>> ask, string answer, string why)
    {
        var answered = new TaskCompletionSource<string>();
        ask(reached =>
        {
            if (reached)
                answered.SetResult(answer);
            else
                answered.SetException(new InvalidOperationException(why));
        });
        return answered.Task;
    }

    /// <summary>The port does not say what an anchor is called; the event that it is about does.</summary>
    private string AnchorOf(long sequence) => Events[(int)sequence - 1].Event switch
    {
        RunEvent.RunStarted => "start",
        RunEvent.ApprovalDecided decided => $"approval/{decided.Path}/{decided.Round}",
        RunEvent.RunEnded => "end",
        var other => throw new InvalidOperationException($"{other.GetType().Name} is not anchored."),
    };
}
