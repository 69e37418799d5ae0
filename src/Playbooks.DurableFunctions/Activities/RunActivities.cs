using System.Collections.Concurrent;
using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.DurableFunctions.Runs;

namespace Playbooks.DurableFunctions.Activities;

/// <summary>
/// All that a run's orchestration does outside itself. The host may run any of these twice, one after the other or at the same time, so each
/// answers a repeat with what the first has come to.
/// </summary>
public sealed class RunActivities(IJournals journals, KnownJournals known, IOutcomes outcomes, ITexts texts, IDeliveries deliveries, IRunIndex index, RunKeys keys, RunOutside outside, TimeProvider time)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMinutes(1);
    /// <summary>When there are more, all are forgotten and read again as they are needed.</summary>
    private const int EnvironmentsKeptMax = 64;

    private readonly ConcurrentDictionary<string, DeploymentEnvironment> environments = new(StringComparer.Ordinal);

    /// <param name="owner">This invocation; another one of the same call has another name.</param>
    public Task<string> ExecuteAsync(string activity, string input, string owner, CancellationToken cancellationToken) => activity switch
    {
        ActivityNames.Append => AppendAsync(Call.Read<Call.Append>(input), cancellationToken),
        ActivityNames.Act => ActAsync(Call.Read<Call.Act>(input), owner, cancellationToken),
        ActivityNames.Tell => TellAsync(Call.Read<Call.Tell>(input), cancellationToken),
        ActivityNames.Anchor => AnchorAsync(Call.Read<Call.Anchor>(input), cancellationToken),
        ActivityNames.Show => ShowAsync(Call.Read<Call.Show>(input), cancellationToken),
        ActivityNames.RaiseAlert => RaiseAsync(Call.Read<Call.RaiseAlert>(input), cancellationToken),
        _ => throw new ArgumentException($"There is no activity '{activity}'.", nameof(activity)),
    };

    private async Task<string> AppendAsync(Call.Append call, CancellationToken cancellationToken)
    {
        var (block, next) = call.At.Append(call.Events);
        if (block.Length > 0 && !await AppendedAsync(call, block, cancellationToken).ConfigureAwait(false))
            return Answers.Write((JournalPosition?)null);
        var run = (await known.ReadAsync(call.RunId, cancellationToken).ConfigureAwait(false)).Run;
        await index.PutAsync(run.Summary(), cancellationToken).ConfigureAwait(false);
        foreach (var delivery in call.Deliveries)
            await deliveries.RemoveAsync(call.RunId, delivery, cancellationToken).ConfigureAwait(false);
        if (call.Frees is { } freed)
            await keys.EndedAsync(call.RunId, freed, cancellationToken).ConfigureAwait(false);
        // Of an append that is repeated after others nobody hears: they have heard it.
        if (outside.Committed is { } told && run.Sequence == next.Sequence)
            told(run, [.. call.Events.Select(Answers.ReadEvent).OfType<RunEvent>()]);
        return Answers.Write(next);
    }

    /// <returns>False when the journal is another instance's.</returns>
    private async Task<bool> AppendedAsync(Call.Append call, byte[] block, CancellationToken cancellationToken)
    {
        if (await journals.TryAppendAsync(call.RunId, call.At.Offset, block, cancellationToken).ConfigureAwait(false))
            return true;
        var there = await journals.ReadAsync(call.RunId, call.At.Offset, block.Length, cancellationToken).ConfigureAwait(false);
        return there.Span.SequenceEqual(block) || (there.Length > 0 ? false
            : throw new InvalidOperationException($"The journal of run '{call.RunId}' ends before event {call.At.Sequence}: something has cut it off."));
    }

    private async Task<string> ActAsync(Call.Act call, string owner, CancellationToken cancellationToken)
    {
        var id = call.Id.ToString();
        if (await outcomes.FindAsync(call.RunId, id, cancellationToken).ConfigureAwait(false) is { } known)
            return known;
        var command = new Command.RunAction(call.Id, call.Key, Catalogue.Find(call.Action) ?? throw new InvalidOperationException($"There is no action '{call.Action}'."),
            call.Inputs, call.Deadline, call.Token, call.Stopping) { UndoInputs = call.UndoInputs, Simulate = call.Simulate };
        var action = new ActionCall(call.RunId, call.Mode, await EnvironmentAsync(call.Environment, cancellationToken).ConfigureAwait(false), command);
        var isFirst = await outcomes.ClaimAsync(call.RunId, id, owner, cancellationToken).ConfigureAwait(false) == owner;
        if (!isFirst && !await IsWantedAsync(call, cancellationToken).ConfigureAwait(false))
            return Answers.Write((RunEvent?)null);
        var result = isFirst || ActionReports.MayRepeat(action)
            ? await RunAsync(action, isFirst, cancellationToken).ConfigureAwait(false)
            : ActionReports.Unrepeatable(action, time.GetUtcNow());
        return result is null ? Answers.Write(result)
            : await outcomes.KeepAsync(call.RunId, id, Answers.Write(result), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Who repeats an attempt may come long after the run has given it up and taken it back, and by a clock that is behind still be in time.
    /// The journal knows.
    /// </summary>
    private async Task<bool> IsWantedAsync(Call.Act call, CancellationToken cancellationToken)
    {
        var journal = await known.ReadAsync(call.RunId, cancellationToken).ConfigureAwait(false);
        return Decider.Decide(journal.Run).OfType<Command.RunAction>().Any(wanted => wanted.Id == call.Id);
    }

    /// <returns>Null when nothing can be said: the attempt's own deadline judges it.</returns>
    private async Task<RunEvent?> RunAsync(ActionCall call, bool isFirst, CancellationToken cancellationToken)
    {
        var left = call.Command.Deadline - time.GetUtcNow();
        if (left <= TimeSpan.Zero)
            return isFirst ? ActionReports.NoTime(call, time.GetUtcNow()) : null;
        using var deadline = new CancellationTokenSource(left, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            // One that ignores its deadline does not hold up the run's next generation for ever.
            var outcome = await outside.Actions.ExecuteAsync(call, either.Token).WaitAsync(left + Limits.OutcomeGrace, time, cancellationToken).ConfigureAwait(false);
            return ActionReports.Answered(call, outcome, time.GetUtcNow());
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return ActionReports.Overdue(call, time.GetUtcNow());
        }
#pragma warning disable CA1031 // A connector's defect, whatever its type, belongs to this attempt. When the host stops, it must be run again instead.
        catch (Exception defect) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            return ActionReports.Threw(call, defect, time.GetUtcNow());
        }
    }

    private async Task<string> TellAsync(Call.Tell call, CancellationToken cancellationToken)
    {
        var via = await outside.People.TellAsync(call.Run, new Command.Tell(call.Id, call.Role, call.Text), cancellationToken)
            .WaitAsync(AnswerWithin, time, cancellationToken).ConfigureAwait(false);
        return Answers.Write(new RunEvent.Told(call.Id, via, time.GetUtcNow()));
    }

    private async Task<string> AnchorAsync(Call.Anchor call, CancellationToken cancellationToken)
    {
        var journal = await known.ReadAsync(call.RunId, cancellationToken).ConfigureAwait(false);
        var head = journal.Events.FirstOrDefault(stored => stored.Sequence == call.Sequence)?.Hash
            ?? throw new InvalidOperationException($"Run '{call.RunId}' has no event {call.Sequence}.");
        var location = await outside.Anchors.AnchorAsync(call.RunId, await EnvironmentAsync(call.Environment, cancellationToken).ConfigureAwait(false), call.Sequence, head,
            cancellationToken).WaitAsync(AnswerWithin, time, cancellationToken).ConfigureAwait(false);
        return Answers.Write(new RunEvent.HeadAnchored(call.Id, call.Sequence, head, location, time.GetUtcNow()));
    }

    private async Task<string> ShowAsync(Call.Show call, CancellationToken cancellationToken)
    {
        var showing = call.Question switch
        {
            { Votes: { } votes } => outside.People.ShowApprovalAsync(call.Run, votes.Approval, call.Open, cancellationToken),
            { Person: { } ask } => outside.People.ShowAskAsync(call.Run, ask, call.Open, cancellationToken),
            _ => Task.CompletedTask,
        };
        await showing.WaitAsync(AnswerWithin, time, cancellationToken).ConfigureAwait(false);
        return Answers.Write((RunEvent?)null);
    }

    private async Task<string> RaiseAsync(Call.RaiseAlert call, CancellationToken cancellationToken)
    {
        await outside.RaiseAlert(call.Run, cancellationToken).WaitAsync(AnswerWithin, time, cancellationToken).ConfigureAwait(false);
        return Answers.Write((RunEvent?)null);
    }

    /// <summary>Read once for all the actions of all the runs that are pinned to it: what a text means depends on nothing but itself.</summary>
    private async Task<DeploymentEnvironment> EnvironmentAsync(string digest, CancellationToken cancellationToken)
    {
        if (environments.TryGetValue(digest, out var known))
            return known;
        var environment = await texts.FindAsync(digest, cancellationToken).ConfigureAwait(false) is { } text
            && EnvironmentReader.Read(text, "environment") is ReadResult<DeploymentEnvironment>.Valid valid ? valid.Value
            : throw new InvalidOperationException($"The environment's text {digest} was not kept or cannot be read.");
        if (environments.Count >= EnvironmentsKeptMax)
            environments.Clear();
        return environments[digest] = environment;
    }
}

/// <summary>What a run's activities reach outside.</summary>
/// <param name="RaiseAlert">Raises the alert that nobody else raises in a drill.</param>
/// <param name="Committed">Told of what has become durable, with the run as it is then; null where nobody listens. Must return at once; the same may be told twice.</param>
public sealed record RunOutside(IActions Actions, IPeople People, IAnchors Anchors, Func<RunSummary, CancellationToken, Task> RaiseAlert,
    Action<Run, ImmutableArray<RunEvent>>? Committed = null);
