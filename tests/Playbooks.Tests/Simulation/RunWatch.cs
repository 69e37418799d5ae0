using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;

namespace Playbooks.Tests.Simulation;

/// <summary>
/// Reads along what becomes durable of one run and judges each event by what came before it. Knows the promises and nothing of how the decider
/// keeps them.
/// </summary>
internal sealed class RunWatch(Simulation world, string runId)
{
    private readonly HashSet<(CommandId, string)> intents = [];
    private readonly HashSet<CommandId> begun = [];
    /// <summary>The last attempt of each action that may still act.</summary>
    private readonly Dictionary<(string, Purpose), CommandId> open = [];
    private readonly Dictionary<string, int> firstStart = new(StringComparer.Ordinal);
    private readonly HashSet<string> told = new(StringComparer.Ordinal);
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunEvent.OrderGiven> orders = new(StringComparer.Ordinal);
    private readonly ApprovalWatch approvals = new(runId);
    private string hash = HashChain.Genesis(runId);
    private long sequence;
    private int lastUndone = int.MaxValue;
    private bool paused, stopping, drained;
    private Playbook? playbook;

    internal string RunId { get; } = runId;
    internal RunEvent.RunStarted? Started { get; private set; }
    internal RunEvent.RunEnded? Ended { get; private set; }
    internal List<string> Decided { get; } = [];
    internal SortedSet<string> Ends { get; } = new(StringComparer.Ordinal);
    internal HashSet<string> Unconfirmed { get; } = new(StringComparer.Ordinal);

    internal bool IsPaused => paused;

    internal bool WasTold(string id) => told.Contains(id);

    internal void Told(string id) => told.Add(id);

    internal bool StepsAreOver(CommandId id) => !begun.Any(known => known.Path == id.Path && known.Purpose == id.Purpose && known.Redo == id.Redo);

    /// <summary>An action is about to be run.</summary>
    internal void Acts(ActionCall call, long epoch) => Violation.When(!intents.Contains((call.Command.Id, call.Command.Key)), Promises.Intent,
        () => $"epoch {epoch} runs {call.Command.Id} of {RunId} and its intent with that key is not durable");

    internal void See(StoredEvent stored)
    {
        Violation.When(stored.Sequence != ++sequence, Promises.History, () => $"{RunId}: event {stored.Sequence} follows event {sequence - 1}");
        hash = HashChain.Next(hash, stored.Json.Span);
        Violation.When(stored.Hash != hash, Promises.History, () => $"{RunId}: the chain breaks at event {stored.Sequence}");
        switch (stored.Event)
        {
            case RunEvent.RunStarted started:
                Started = started;
                playbook = world.PlaybookOf(started.Playbook.Digest);
                approvals.Started(started, playbook);
                break;
            case RunEvent.AttemptStarted attempt:
                Begins(attempt);
                break;
            case RunEvent.TimerFired e:
                Violation.When(e.At > world.Agenda.GetUtcNow() && !world.ClockWentBack, Promises.Timer, () => $"{e.Id} of {RunId} rings at {world.Agenda.GetUtcNow():O} as if it were {e.At:O}");
                break;
            case RunEvent.ActionSucceeded e:
                Close(e.Id);
                break;
            case RunEvent.ActionFailed e:
                Close(e.Id);
                break;
            case RunEvent.ActionPending e:
                Close(e.Id);
                break;
            case RunEvent.AttemptExpired e:
                Decided.Add($"expired {e.Id}");
                if (e.Kind == ErrorKind.OutcomeUnknown)
                    Close(e.Id);
                break;
            case RunEvent.OrderGiven e:
                orders.TryAdd(e.OrderId, e);
                break;
            case RunEvent.OrderTaken e:
                Takes(e);
                break;
            case RunEvent.RunStopping e:
                stopping = true;
                Decided.Add($"stopping {e.Outcome} {e.Path}");
                break;
            case RunEvent.RunDrained:
                drained = true;
                Violation.When(open.Keys.Any(action => action.Item2 == Purpose.Do), Promises.Undo, () => $"{RunId} is drained while {open.Values.First(id => id.Purpose == Purpose.Do)} may still act");
                break;
            case RunEvent.StepSucceeded e:
                Ends.Add($"{e.Path} succeeded");
                Succeeded(e.Path);
                break;
            case RunEvent.StepFailed e:
                Ends.Add($"{e.Path} failed");
                if (e.Kind == ErrorKind.OutcomeUnknown)
                    open.Remove((e.Path, Purpose.Do));
                Decided.Add($"failed {e.Path} {e.Kind}");
                break;
            case RunEvent.StepSkipped e:
                Ends.Add($"{e.Path} skipped");
                break;
            case RunEvent.UndoSucceeded e:
                Happened(new CommandId(e.Path, Purpose.Undo, RedoOf(e.Path), 0, 0));
                break;
            case RunEvent.UndoFailed e:
                Decided.Add($"undo failed {e.Path}");
                break;
            case RunEvent.IsolationConfirmed e:
                Violation.When(!Isolated(e.Model), Promises.Isolation, () => $"{RunId} says that {e.Model} is isolated, and no isolation reached it");
                break;
            case RunEvent.IsolationUnconfirmed e:
                Unconfirmed.Add(e.Model);
                Decided.Add($"unconfirmed {e.Model}");
                break;
            case RunEvent.RunEnded e:
                Violation.When(Ended is not null, Promises.History, () => $"{RunId} ends twice");
                Ended = e;
                break;
            case RunEvent.RunParked e:
                Decided.Add($"parked {e.Reason}");
                break;
        }
        approvals.See(stored.Event);
        if (stored.Event is RunEvent.ApprovalDecided decided)
            Decided.Add($"approval {decided.Path} {decided.Result}");
    }

    private void Begins(RunEvent.AttemptStarted e)
    {
        intents.Add((e.Id, e.Key));
        var isNew = begun.Add(e.Id) && e.Id.Poll == 0;
        open[(e.Id.Path, e.Id.Purpose)] = e.Id;
        Violation.When(Ended is not null, Promises.History, () => $"{RunId} has ended and begins {e.Id}");
        if (e.Id.Purpose == Purpose.Undo)
        {
            Violation.When(!drained, Promises.Undo, () => $"{RunId} takes {e.Id.Path} back before it has drained");
            if (isNew && e.Id.Attempt == 1 && e.Id.Redo == RedoOf(e.Id.Path))
            {
                var place = firstStart.GetValueOrDefault(e.Id.Path, int.MaxValue);
                Violation.When(place > lastUndone, Promises.Undo, () => $"{RunId} takes {e.Id.Path} back after what began before it");
                lastUndone = place;
            }
        }
        if (e.Id.Purpose != Purpose.Do)
            return;
        firstStart.TryAdd(e.Id.Path, firstStart.Count);
        if (e.Id.Path.StartsWith('@') || !isNew)
            return;
        Violation.When(stopping, Promises.Undo, () => $"{RunId} is stopping and begins {e.Id}");
        Violation.When(paused, Promises.Pause, () => $"{RunId} is paused and begins {e.Id}");
        approvals.Begins(e);
    }

    private void Takes(RunEvent.OrderTaken e)
    {
        Violation.When(!orders.TryGetValue(e.OrderId, out var order) || !order.Roles.Contains("commanders") || !taken.Add(e.OrderId), Promises.Order,
            () => $"{RunId} takes {e.OrderId} of {e.Person}");
        Decided.Add($"order {e.Order}");
        paused = e.Order switch { Order.Pause => true, Order.Resume => false, _ => paused };
        given.Add(e.OrderId);
    }

    private void Succeeded(string path)
    {
        if (StepPaths.Find(playbook!, StepPaths.IdOf(path)) is Step.Do { Action.Effect: not Effect.ReadOnly } && begun.Any(id => id.Path == path && id.Purpose == Purpose.Do))
            Happened(new CommandId(path, Purpose.Do, RedoOf(path), 0, 0));
    }

    private void Happened(CommandId id) => Violation.When(world.Targets.Effects(RunId, id) != 1, Promises.Done,
        () => $"{RunId} says that {id.Path}~{(char)id.Purpose} is done; it happened {world.Targets.Effects(RunId, id)} times");

    private bool Isolated(string model) => begun.Any(id => (id.Purpose == Purpose.Safety && id.Path.EndsWith('/' + model) || IsIsolation(id))
        && world.Targets.Effects(RunId, id) > 0);

    private bool IsIsolation(CommandId id) => id.Purpose == Purpose.Do && StepPaths.Find(playbook!, StepPaths.IdOf(id.Path)) is Step.Do { Action.Name: Catalogue.Isolate };

    private int RedoOf(string path) => begun.Where(id => id.Path == path && id.Purpose == Purpose.Do).Select(id => id.Redo).DefaultIfEmpty(0).Max();

    private void Close(CommandId id)
    {
        if (open.TryGetValue((id.Path, id.Purpose), out var last) && last == id)
            open.Remove((id.Path, id.Purpose));
    }
}
