using System.Collections.Frozen;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors;

/// <summary>
/// The door to all actions. Refuses what must not start at all, ends an attempt at its deadline, and gives the world's failures the
/// kind that tells the decider whether trying again can help. An exception it cannot name passes: it is a defect of ours.
/// </summary>
public sealed partial class ActionSet(IEnumerable<IAction> actions, TimeProvider time) : IActions
{
    private readonly FrozenDictionary<string, IAction> byName = actions.ToFrozenDictionary(action => action.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => byName.Keys;

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        if (Refuse(call) is { } refusal)
            return refusal;
        using var atDeadline = new CancellationTokenSource(Remaining(call), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(atDeadline.Token, cancellationToken);
        var writes = WritesOfCall.Begin();
        try
        {
            return await RunAsync(byName[call.Command.Action.Name], call, either.Token);
        }
        catch (ActionFailedException failure)
        {
            return new Outcome.Failed(failure.Kind, failure.Message, failure.RetryAfter);
        }
        catch (Exception) when (atDeadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Whatever it looks like, it was the deadline that cut the work off: clients dress a cancellation in errors of their own.
            return new Outcome.Failed(ErrorKind.Timeout, time.GetUtcNow() >= call.Command.Deadline
                ? $"No answer by the deadline {call.Command.Deadline:O}." : $"No answer within {CallMax.TotalSeconds} s, which is all that one call may take.");
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is { } known)
        {
            return call.Command.Action.Effect == Effect.ReadOnly ? FailureKinds.OfRead(known) : writes.Judge(failure, known);
        }
    }

    private static Task<Outcome> RunAsync(IAction action, ActionCall call, CancellationToken cancellationToken) =>
        (call.Command.Simulate, action) switch
        {
            (false, _) => action.ExecuteAsync(call, cancellationToken),
            (true, ISimulates simulates) => simulates.SimulateAsync(call, cancellationToken),
            // Reading is its own simulation; made-up outputs would mislead the steps after it.
            _ => action.ExecuteAsync(call, cancellationToken),
        };

    private Outcome.Failed? Refuse(ActionCall call)
    {
        var action = call.Command.Action;
        if (!byName.TryGetValue(action.Name, out var implementation))
            return new(ErrorKind.Invalid, $"No connector here implements {action.Name}.");
        if (action.DrillOnly && (call.Mode != RunMode.Drill || call.Environment.Kind != EnvironmentKind.Drill))
            return new(ErrorKind.Denied, $"{action.Name} is for drills in a drill environment; {call.Environment.Name} is {call.Environment.Kind}.");
        if (call.Command.Simulate && implementation is not ISimulates && action.Effect != Effect.ReadOnly)
            return new(ErrorKind.Invalid, $"{action.Name} cannot be simulated.");
        if (time.GetUtcNow() >= call.Command.Deadline)
            return new(ErrorKind.Timeout, $"The deadline {call.Command.Deadline:O} had passed before the attempt started; nothing was sent by it.");
        return InputCheck.FirstError(action, call.Inputs) is { } wrong ? new(ErrorKind.Invalid, wrong) : null;
    }

    private TimeSpan Remaining(ActionCall call)
    {
        var remaining = call.Command.Deadline - time.GetUtcNow();
        // It may have passed since it was checked.
        return remaining < TimeSpan.Zero ? TimeSpan.Zero : remaining > CallMax ? CallMax : remaining;
    }

    /// <summary>So that no call holds a worker for longer than a minute; longer work answers <see cref="Outcome.Pending"/>.</summary>
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(58);
}
