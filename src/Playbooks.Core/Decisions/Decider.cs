using System.Collections.Immutable;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>
/// The engine's mind: events in, commands out. Pure, and level-triggered: asked again, after a crash or for no reason at all,
/// it wants the same things under the same names.
/// </summary>
public static partial class Decider
{
    /// <summary>Facts that one batch may state before the run counts as one that does not settle.</summary>
    private const int FactsPerBatchMax = 20_000;

    internal const string Unrepeatable = "The process that ran it ended before it reported, and it cannot be repeated safely. Look at the target.";

    /// <summary>What ought to be outstanding now.</summary>
    public static ImmutableArray<Command> Decide(Run run) => [.. Ask(run).Commands];

    /// <summary>
    /// One batch: folds what happened, then the facts that follow from it until none is left, then the intents of actions that are due.
    /// </summary>
    /// <param name="owner">Who will run the actions.</param>
    /// <returns>All of <see cref="Reaction.Appended"/> belongs into one commit, in order, before anything in <see cref="Reaction.Start"/> starts.</returns>
    public static Reaction React(Run run, IReadOnlyList<RunEvent> happened, string owner) => Settle(run, happened, owner, adopt: false);

    /// <summary>
    /// The same after a restart: attempts that another owner started and that never reported are started again under the same id,
    /// except those that cannot be repeated, which become <see cref="ErrorKind.OutcomeUnknown"/>.
    /// </summary>
    public static Reaction Adopt(Run run, string owner, DateTimeOffset at)
    {
        var unknown = new List<RunEvent>();
        foreach (var (command, running) in Outstanding(run, Ask(run).Commands))
        {
            if (running.Owner != owner && command.Action is { Repeatability: Repeatability.Once, Effect: not Effect.ReadOnly })
                unknown.Add(new RunEvent.ActionFailed(command.Id, ErrorKind.OutcomeUnknown, Unrepeatable, null, Later(run, at)));
        }
        // Time has gone on meanwhile: what is overdue is judged before anything is started again.
        unknown.Add(new RunEvent.TimerFired("restart", Later(run, at)));
        return Settle(run, unknown, owner, adopt: true);
    }

    private static Reaction Settle(Run run, IReadOnlyList<RunEvent> happened, string owner, bool adopt)
    {
        var appended = ImmutableArray.CreateBuilder<RunEvent>();
        void Append(RunEvent fact)
        {
            appended.Add(fact);
            run = Evolve(run, fact);
        }

        foreach (var fact in happened)
            Append(fact);
        var asked = Ask(run);
        while (asked.Facts.Count > 0)
        {
            if (appended.Count > FactsPerBatchMax)
            {
                Append(new RunEvent.RunParked("The run does not settle; this is a defect. Its journal is kept.", run.Now));
                break;
            }
            foreach (var fact in asked.Facts)
                Append(fact);
            asked = Ask(run);
        }

        var start = ImmutableArray.CreateBuilder<Command.RunAction>();
        foreach (var command in asked.Commands.OfType<Command.RunAction>())
        {
            var running = RunningOf(run, command.Id);
            if (running is not null && !(adopt && running.Owner != owner))
                continue;
            Append(new RunEvent.AttemptStarted(command.Id, owner, command.Key, command.Inputs, command.UndoInputs, command.Deadline, run.Now));
            start.Add(command);
        }
        // The intents change what is wanted (deadlines to be woken at), but state no new fact.
        var outstanding = start.Count > 0 ? Ask(run).Commands : asked.Commands;
        return new Reaction(run, appended.DrainToImmutable(), [.. outstanding], start.DrainToImmutable());
    }

    private static DateTimeOffset Later(Run run, DateTimeOffset at) => at > run.Now ? at : run.Now;

    private static IEnumerable<(Command.RunAction Command, Stage.Running Running)> Outstanding(Run run, IEnumerable<Command> commands) =>
        from command in commands.OfType<Command.RunAction>()
        let running = RunningOf(run, command.Id)
        where running is not null
        select (command, running);

    private static Stage.Running? RunningOf(Run run, CommandId id)
    {
        var stage = id.Purpose switch
        {
            Purpose.Do => (run.StateOf(id.Path) as StepState.Acting)?.Stage,
            Purpose.Undo => run.Undos.GetValueOrDefault(id.Path)?.Stage,
            _ => run.Safety.GetValueOrDefault(id.Path) is { } state && state.Redo == id.Redo ? state.Stage : null,
        };
        return stage is Stage.Running running && running.Attempt == id.Attempt && running.Poll == id.Poll ? running : null;
    }

    private static Deciding Ask(Run run)
    {
        var deciding = new Deciding(run);
        if (run.ParkedBecause is not null || run.Playbook is null)
            return deciding;
        Messages(deciding);
        if (run.HasEnded)
        {
            Judging.RefuseAll(deciding);
            return deciding;
        }
        if (!run.Unjudged.IsEmpty && Judging.Decide(deciding))
            return deciding;
        RtoWatch.Decide(deciding);
        switch (run.Phase)
        {
            case RunPhase.Injecting:
                Drills.Inject(deciding);
                break;
            case RunPhase.AwaitingDetection awaiting:
                Drills.Await(deciding, awaiting);
                break;
            case RunPhase.Recovering when run.Clocks.Started is null:
                deciding.State(new RunEvent.RecoveryStarted(run.Clocks.Detected ?? run.Now, run.Clocks.Occurred, run.Now));
                break;
            case RunPhase.Recovering:
                Recovering(deciding);
                break;
            case RunPhase.Draining draining:
                Stopping.Drain(deciding, draining.Ending);
                break;
            case RunPhase.Undoing undoing:
                Stopping.Undo(deciding, undoing.Ending);
                break;
            case RunPhase.Finishing finishing:
                Finishing.Decide(deciding, finishing);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
        return deciding;
    }

    private static void Recovering(Deciding d)
    {
        switch (Walk.List(d, d.Playbook.Steps, new Place("", null)))
        {
            case Progress.Done:
                d.State(new RunEvent.FinallyStarted(d.Now + d.Playbook.FinallyWithin, d.Now));
                break;
            case Progress.Failed failed:
                d.State(new RunEvent.RunStopping(RunOutcome.Failed, failed.Path, failed.Kind, $"{failed.Path} failed ({WireName.Of(failed.Kind)}): {failed.Message}", d.Now));
                break;
        }
    }

    private static void Messages(Deciding d)
    {
        foreach (var (id, message) in d.Run.Messages)
        {
            if (d.Due("tell/" + id, message.NotBefore))
                d.Want(new Command.Tell(id, message.Role, message.Text));
        }
        foreach (var (id, anchor) in d.Run.Anchors)
        {
            if (d.Due("anchor/" + id, anchor.NotBefore))
                d.Want(new Command.AnchorHead(id, anchor.Sequence));
        }
    }
}

/// <summary>What follows from a batch of events.</summary>
/// <param name="Appended">What happened, then what was decided, then the intents: one commit.</param>
/// <param name="Outstanding">All that ought to be outstanding now; a shell cancels timers and takes down questions that are not in it.</param>
/// <param name="Start">Actions to start after the commit.</param>
public sealed record Reaction(Run Run, ImmutableArray<RunEvent> Appended, ImmutableArray<Command> Outstanding, ImmutableArray<Command.RunAction> Start);
