using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;

namespace Playbooks.Web.Access;

/// <summary>
/// The one place where API, pages and bot bring what people want of runs. It asks the table, in the environment that the run itself is pinned to, with what
/// the directory says in that moment; a refusal is recorded in the run. What may pass is recorded and judged by the decider, and its judgement is the answer.
/// The same request again gets the same answer and records nothing.
/// </summary>
/// <param name="environment">In which this host works: runs start in it, and people look around with the rights that they have in it.</param>
/// <param name="start">Starts a run by the names of playbook and environment, which only the host knows; the id of the request is complete.</param>
/// <param name="say">Told of what is refused where no run could record it.</param>
public sealed class RunDoor(IRuns runs, Gate gate, DeploymentEnvironment environment, Func<StartBody, Caller, CancellationToken, Task<StartAnswer>> start, Action<string> say)
{
    public Task<Judgement> VoteAsync(Caller by, string runId, VoteBody vote, CancellationToken cancellationToken) =>
        RequestLimits.Problem(vote) is { } wrong
            ? Task.FromResult(Judgement.Invalid(wrong))
            : PassAsync(by, runId, (run, groups) => new Asked(Operation.Vote, IdOf(by, vote.VoteId), vote.Path, new RunEvent.VoteCast(IdOf(by, vote.VoteId),
                vote.Path, vote.Round, vote.Digest, by.Person, groups, vote.Approves, vote.Comment, by.Via, run.Now)), cancellationToken);

    public Task<Judgement> OrderAsync(Caller by, string runId, OrderBody order, CancellationToken cancellationToken) =>
        RequestLimits.Problem(order) is { } wrong
            ? Task.FromResult(Judgement.Invalid(wrong))
            : PassAsync(by, runId, (run, groups) => new Asked(Operation.GiveOrder, IdOf(by, order.OrderId), PathOf(order.Order), new RunEvent.OrderGiven(IdOf(by, order.OrderId),
                order.Order, by.Person, groups, order.Reason ?? "", by.Via, run.Now)), cancellationToken);

    public Task<Judgement> ConfirmAsync(Caller by, string runId, TaskBody task, CancellationToken cancellationToken) =>
        RequestLimits.Problem(task) is { } wrong
            ? Task.FromResult(Judgement.Invalid(wrong))
            : PassAsync(by, runId, (run, groups) => new Asked(Operation.ConfirmTask, IdOf(by, task.Path), task.Path,
                new RunEvent.TaskConfirmed(task.Path, by.Person, groups, task.Note ?? "", run.Now)), cancellationToken);

    public Task<Judgement> SignalAsync(Caller by, string runId, SignalBody signal, CancellationToken cancellationToken) =>
        RequestLimits.Problem(signal) is { } wrong
            ? Task.FromResult(Judgement.Invalid(wrong))
            : PassAsync(by, runId, (run, _) => new Asked(Operation.SendSignal, IdOf(by, signal.SignalId), null,
                new RunEvent.SignalReceived(IdOf(by, signal.SignalId), signal.Name, signal.Payload ?? JsonData.Null, run.Now)), cancellationToken);

    public async Task<StartAnswer> StartAsync(Caller by, StartBody body, CancellationToken cancellationToken)
    {
        if (RequestLimits.Problem(body) is { } wrong)
            return new StartAnswer(StartAnswer.Invalid, null, [wrong]);
        var operation = body.Mode == RunMode.Drill ? Operation.StartDrill : Operation.StartRun;
        if (await CheckAsync(by, operation, cancellationToken).ConfigureAwait(false) is { } refused)
            return new StartAnswer(refused.Code == JudgementCode.TryAgain ? StartAnswer.TryAgain : StartAnswer.Forbidden, null, [refused.Reason!]);
        return await start(body with { RequestId = IdOf(by, body.RequestId) }, by, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether somebody may do something here that is about no run in particular. A refusal is told to the host.</summary>
    /// <returns>Null where they may.</returns>
    public async Task<Judgement?> CheckAsync(Caller by, Operation operation, CancellationToken cancellationToken)
    {
        var refused = await gate.CheckAsync(by, operation, environment, cancellationToken).ConfigureAwait(false);
        if (refused is { Code: JudgementCode.Forbidden })
            say(Printable.Line($"{by.Person} is refused ({WireName.Of(operation)}, via {by.Via}): {refused.Reason}"));
        return refused;
    }

    /// <summary>Whether a run shows itself to somebody who may view runs here: those of another environment only to whoever holds the key.</summary>
    public bool Shows(Caller by, RunSummary run) => by.Kind == CallerKind.KeyHolder || run.Environment == environment.Name;

    /// <summary>Records that a door refused something before it came here, for example the bot because of a card that is not the current one.</summary>
    public async Task<Judgement> RefuseAsync(Caller by, string runId, Operation operation, string requestId, string? path, string reason, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run)
            return Judgement.UnknownRun(runId);
        await RecordAsync(run, by, operation, IdOf(by, requestId), path, reason, cancellationToken).ConfigureAwait(false);
        return Judgement.Forbidden(reason);
    }

    private async Task<Judgement> PassAsync(Caller by, string runId, Func<Run, ImmutableArray<string>, Asked> ask, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run)
            return Judgement.UnknownRun(runId);
        // A run that could not read its own environment is parked: nobody can be judged in it.
        if (run.Environment is not { } pinned)
            return Judgement.Unjudged;
        var asked = ask(run, []);
        var standing = await gate.StandingAsync(by, asked.Operation, pinned, cancellationToken).ConfigureAwait(false);
        if (Gate.Refusal(by, asked.Operation, pinned, standing) is { } refused)
        {
            if (refused.Code == JudgementCode.Forbidden)
                await RecordAsync(run, by, asked.Operation, asked.RequestId, asked.Path, refused.Reason!, cancellationToken).ConfigureAwait(false);
            return refused;
        }
        asked = ask(run, ((Standing.Member)standing).Groups);
        if (asked.MayBeRepeat(run) && await AnsweredAsync(runId, 1, asked, cancellationToken).ConfigureAwait(false) is { } before && (before.Accepted || asked.Event is not RunEvent.TaskConfirmed))
            return before;
        if (!await runs.SignalAsync(runId, asked.Event, cancellationToken).ConfigureAwait(false))
            return Judgement.UnknownRun(runId);
        // The judgement stands in the same commit, that of a repeat which came at the same time in an earlier one.
        return await AnsweredAsync(runId, asked.Event is RunEvent.TaskConfirmed ? run.Sequence + 1 : 1, asked, cancellationToken).ConfigureAwait(false) ?? Judgement.Unjudged;
    }

    /// <summary>Null where nobody has asked it yet.</summary>
    private async Task<Judgement?> AnsweredAsync(string runId, long from, Asked asked, CancellationToken cancellationToken)
    {
        var events = await runs.ReadAsync(runId, from, cancellationToken).ConfigureAwait(false);
        if (events.FirstOrDefault(stored => asked.Names(stored.Event)) is not { } first)
            return null;
        return !asked.Equals(first.Event) ? Judgement.Reused
            : events.Select(stored => asked.JudgedBy(stored.Event)).LastOrDefault(judgement => judgement is not null) ?? Judgement.Unjudged;
    }

    /// <summary>A run that is over keeps its journal as its evidence has it, and one has only so much room for what strangers want.</summary>
    private async Task RecordAsync(Run run, Caller by, Operation operation, string requestId, string? path, string reason, CancellationToken cancellationToken)
    {
        if (run.IsQuiet)
            say(Printable.Line($"{by.Person} is refused in {run.Id}, which is over ({WireName.Of(operation)}, via {by.Via}): {reason}"));
        else if (run.Refusals < Limits.RefusalsMax && !run.Seen.Contains("refused/" + requestId))
            await runs.SignalAsync(run.Id, new RunEvent.RequestRefused(requestId, WireName.Of(operation), path, by.Person, reason, by.Via, run.Now), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Nobody can take an id from somebody else.</summary>
    private static string IdOf(Caller by, string given) => $"{by.Person}/{given}";

    private static string? PathOf(Order order) => order switch
    {
        Order.Retry retry => retry.Path,
        Order.Skip skip => skip.Path,
        _ => null,
    };
}
