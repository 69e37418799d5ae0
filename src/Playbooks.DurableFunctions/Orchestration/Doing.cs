using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>
/// What is outstanding, and what has to be done so that exactly what is wanted is. Nothing is done before the events that it follows from
/// are in the journal, and the journal has one writer: appends go one after the other, each with all that was decided meanwhile.
/// </summary>
internal sealed class Doing
{
    private const string Appending = "append";
    private const string Showing = "show";
    private static readonly TimeSpan AppendRetryInterval = TimeSpan.FromSeconds(10);

    private readonly IOrchestration context;
    private readonly Timers timers;
    /// <summary>Activities under way, by name of what they do, in the order in which they were called.</summary>
    private readonly OrderedDictionary<string, Pending> pending = [];
    private readonly Queue<Batch> unwritten = [];
    private readonly Queue<Command.RunAction> owed = [];
    /// <summary>The event after which each command is wanted, by its name.</summary>
    private readonly Dictionary<string, long> wantedSince = [];
    private JournalPosition written;
    private ImmutableArray<Question> shown;
    private bool raised, parkedTold;
    /// <summary>Batches that are sent, or were and have not been answered for.</summary>
    private int appending;

    internal Doing(IOrchestration context, Handover before)
    {
        (this.context, written, shown, raised, parkedTold) = (context, before.Position, before.Shown, before.Raised, before.ParkedTold);
        timers = new Timers(context);
    }

    internal IEnumerable<Task> Outstanding => pending.Values.Select(activity => (Task)activity.Task).Concat(timers.Tasks);

    /// <summary>Nothing is under way; timers may run.</summary>
    internal bool IsIdle => pending.Count == 0 && unwritten.Count == 0;

    internal bool ShowsNothing => shown.IsEmpty;

    internal void CancelTimers() => timers.Keep([]);

    internal void Want(Deciding run, Batch batch)
    {
        if (!batch.Events.IsEmpty || batch.Delivery is not null)
            unwritten.Enqueue(batch);
        else
            Owe(batch);
        foreach (var name in wantedSince.Keys.Except(run.Outstanding.Select(command => command.Name)).ToList())
            wantedSince.Remove(name);
        foreach (var command in run.Outstanding)
            wantedSince.TryAdd(command.Name, run.Sequence);
        raised &= run.Outstanding.Any(command => command is Command.RaiseAlert);
    }

    internal void Settle(Deciding run, bool draining)
    {
        Append(run);
        var wanted = run.Outstanding.Where(command => wantedSince[command.Name] <= written.Sequence).ToList();
        timers.Keep(draining ? [] : wanted.OfType<Command.StartTimer>());
        if (draining)
            return;
        while (owed.TryDequeue(out var action))
            Call(run, ActivityNames.Act, action);
        foreach (var command in wanted)
        {
            switch (command)
            {
                case Command.Tell when !pending.ContainsKey(command.Name):
                    Call(run, ActivityNames.Tell, command);
                    break;
                case Command.AnchorHead when !pending.ContainsKey(command.Name):
                    Call(run, ActivityNames.Anchor, command);
                    break;
                case Command.RaiseAlert when !raised:
                    raised = true;
                    Call(run, ActivityNames.RaiseAlert, command);
                    break;
            }
        }
        Show(run, [.. wanted.Select(Question.Of).OfType<Question>()]);
        TellParked(run);
    }

    /// <summary>Takes what has come to its end.</summary>
    /// <returns>False when the journal is another instance's.</returns>
    internal bool Take(Task done, Deciding run)
    {
        if (timers.Take(done) is { } timer)
        {
            if (timer.Id.Length > 0)
                Want(run, run.Happened(new RunEvent.TimerFired(timer.Id, context.Now > timer.DueAt ? context.Now : timer.DueAt)));
            return true;
        }
        var (name, activity) = pending.First(entry => entry.Value.Task == done);
        pending.Remove(name);
        if (name == Appending)
            return Appended(activity.Task, run);
        var happened = activity.Task.IsCompletedSuccessfully ? Answers.ReadEvent(activity.Task.Result)
            : Failed(activity.Command, name, activity.Task.Exception?.GetBaseException().Message ?? "It was cancelled.");
        if (happened is not null)
            Want(run, run.Happened(happened));
        return true;
    }

    internal Handover Hand(Deciding run, ImmutableArray<string> seen) => new()
    {
        Epoch = run.Epoch, Run = run.Run, Position = written, Owed = [.. owed.Select(command => command.Id)], Seen = seen, Shown = shown, Raised = raised,
        ParkedTold = parkedTold,
    };

    internal string Status(Deciding run, bool fenced = false) => new InstanceStatus(run.Run.Summary(), written.Sequence, fenced).Write();

    private void Append(Deciding run)
    {
        if (unwritten.Count == 0 || pending.ContainsKey(Appending) || timers.AwaitsRetry)
            return;
        // What was sent before and not answered for may lie there all the same. It is sent as it was, so that it is known again; with more behind
        // it, it would look like another's.
        if (appending == 0)
            appending = unwritten.Count;
        var sent = unwritten.Take(appending).ToList();
        var call = new Call.Append(context.InstanceId, written, [.. sent.SelectMany(batch => batch.Events)])
        {
            Deliveries = [.. sent.Select(batch => batch.Delivery).OfType<string>()],
            Frees = sent.Select(batch => batch.Frees).OfType<FreedKey>().LastOrDefault(),
        };
        pending.Add(Appending, new Pending(context.ActAsync(ActivityNames.Append, call.Write()), null));
    }

    private bool Appended(Task<string> done, Deciding run)
    {
        if (!done.IsCompletedSuccessfully)
        {
            // Without a journal nothing may be done; nothing is lost either, for what happened lies in the history.
            timers.RetryAt(context.Now + AppendRetryInterval);
            return true;
        }
        if (Answers.ReadPosition(done.Result) is not { } next)
            return false;
        written = next;
        for (; appending > 0; appending--)
            Owe(unwritten.Dequeue());
        if (unwritten.Count == 0)
            context.SetStatus(Status(run));
        return true;
    }

    private void Owe(Batch batch)
    {
        foreach (var action in batch.Start)
            owed.Enqueue(action);
    }

    /// <summary>One showing at a time, so that a card is never taken down before it was put up.</summary>
    /// <param name="wanted">Those whose events are in the journal; what is taken down is no longer asked at all.</param>
    private void Show(Deciding run, ImmutableArray<Question> wanted)
    {
        if (pending.ContainsKey(Showing))
            return;
        var asked = run.Outstanding.Select(Question.Of).OfType<Question>().Select(question => question.Name).ToHashSet();
        if (shown.FirstOrDefault(question => !asked.Contains(question.Name)) is { } old)
        {
            shown = shown.Remove(old);
            Show(run, old, open: false);
        }
        else if (wanted.FirstOrDefault(question => !shown.Contains(question)) is { } question)
        {
            shown = [.. shown.Where(other => other.Name != question.Name), question];
            Show(run, question, open: true);
        }
    }

    private void Show(Deciding run, Question question, bool open) => pending.Add(Showing, new Pending(
        context.ActAsync(ActivityNames.Show, new Call.Show(run.Run.Summary(), question, open).Write()), (Command?)question.Votes ?? question.Person));

    /// <summary>A parked run decides nothing any more, not even to call for help, so the shell does.</summary>
    private void TellParked(Deciding run)
    {
        if (parkedTold || run.Run.ParkedBecause is not { } why || unwritten.Count > 0)
            return;
        parkedTold = true;
        Call(run, ActivityNames.Tell, ParkedRun.CallForHelp(run.Run, why));
    }

    private void Call(Deciding run, string activity, Command command) =>
        pending.Add(command.Name, new Pending(context.ActAsync(activity, CallOf(run.Run, command).Write()), command));

    private static Call CallOf(Run run, Command command) => command switch
    {
        Command.RunAction act => new Call.Act(run.Id, run.Mode, run.Environment!.Digest, act.Id, act.Key, act.Action.Name, act.Inputs, act.Deadline, act.Token,
            act.Stopping, act.UndoInputs, act.Simulate),
        Command.Tell tell => new Call.Tell(run.Summary(), tell.Id, tell.Role, tell.Text),
        Command.AnchorHead anchor => new Call.Anchor(run.Id, run.Environment!.Digest, anchor.Id, anchor.Sequence),
        Command.RaiseAlert => new Call.RaiseAlert(run.Summary()),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The activity itself has failed, after whatever the host has tried: what that means for the run.</summary>
    private RunEvent Failed(Command? command, string name, string why) => command switch
    {
        Command.RunAction act => new RunEvent.ActionFailed(act.Id, act.Action.Effect == Effect.ReadOnly ? ErrorKind.Bug : ErrorKind.OutcomeUnknown,
            $"The activity failed: {why}", null, context.Now),
        Command.AnchorHead anchor => new RunEvent.AnchorFailed(anchor.Id, why, context.Now),
        Command.Tell tell => new RunEvent.TellFailed(tell.Id, why, context.Now),
        _ => new RunEvent.TellFailed(command?.Name ?? name, why, context.Now),
    };

    /// <param name="Command">What it is for; null for an append.</param>
    private sealed record Pending(Task<string> Task, Command? Command);
}
