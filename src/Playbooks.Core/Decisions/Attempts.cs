using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Timing;

namespace Playbooks.Core.Decisions;

/// <summary>An action to be tried until it succeeds, fails for good, or may not be tried any more: a step's own, an undo, an isolation for safety.</summary>
/// <param name="Cap">Deadline of the innermost bounded block; no attempt outlives it.</param>
internal sealed record Work(string Path, Purpose Purpose, ActionDeclaration Action, JsonData Inputs, TimeSpan Timeout, RetryRule Retry, int Redo,
    int AttemptsBefore, DateTimeOffset? Cap)
{
    public JsonData? UndoInputs { get; init; }
    public bool Simulate { get; init; }
    public bool RepeatsSafely => Action.Effect == Effect.ReadOnly || Action.Repeatability == Repeatability.Keyed;
}

/// <summary>What has become of the work.</summary>
internal abstract record Tried
{
    private Tried() { }

    public sealed record Going : Tried;
    public sealed record Done(JsonData Output) : Tried;
    public sealed record GivenUp(ErrorKind Kind, string Message) : Tried;
    /// <summary>Draining, and nothing of it is outstanding.</summary>
    public sealed record Quiet(ErrorKind? Kind, string Message) : Tried;
}

/// <summary>The one place where attempts, polls, time-outs, back-offs and graces are decided.</summary>
internal static class Attempts
{
    internal const string NeverReported = "Nobody knows whether it happened: the attempt never reported.";

    public static Tried Decide(Deciding d, Work work, Stage stage, bool stopping)
    {
        switch (stage)
        {
            case Stage.Fresh fresh:
                if (stopping)
                    return fresh.MayActUntil is not { } until ? new Tried.Quiet(null, "It had not started.")
                        : d.Due(Timer(work, "grace"), until) ? new Tried.Quiet(ErrorKind.OutcomeUnknown, NeverReported)
                        : new Tried.Going();
                // A retry of what is not keyed waits, whoever orders it.
                if (fresh.MayActUntil is { } notBefore && !work.RepeatsSafely && !d.Due(Timer(work, "retry"), notBefore))
                    return new Tried.Going();
                if (d.MayStart)
                    Want(d, work, stage.Attempt + 1, 0, null, null, null, stopping);
                return new Tried.Going();

            case Stage.Running running:
                if (!Expire(d, work, running.Attempt, running.Poll, running.Deadline))
                    Want(d, work, running.Attempt, running.Poll, running.Token, running.Deadline, running.Key, stopping);
                return new Tried.Going();

            case Stage.Pending pending:
                if (!Expire(d, work, pending.Attempt, pending.NextPoll, pending.Deadline) && d.Due(Timer(work, "poll"), pending.AskAt))
                    Want(d, work, pending.Attempt, pending.NextPoll, pending.Token, pending.Deadline, null, stopping);
                return new Tried.Going();

            case Stage.Expired expired:
                return AfterDeadline(d, work, expired, stopping);

            case Stage.Reported reported:
                if (stopping)
                    return new Tried.Quiet(reported.Kind, reported.Message);
                if (!MayRetry(work, reported.Attempt, reported.Kind))
                    return new Tried.GivenUp(reported.Kind, reported.Message);
                var asked = reported.RetryAfter is { } wait ? Min(wait, work.Retry.MaxInterval) : TimeSpan.Zero;
                Retry(d, work, reported.Attempt, reported.At + Max(BackOff(d, work, reported.Attempt), asked));
                return new Tried.Going();

            case Stage.Done done:
                return new Tried.Done(done.Output);

            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static Tried AfterDeadline(Deciding d, Work work, Stage.Expired expired, bool stopping)
    {
        var grace = expired.Deadline + Limits.OutcomeGrace;
        if (stopping)
        {
            // It may still report; after the grace nobody knows.
            if (d.Due(Timer(work, "grace"), grace))
                d.State(new RunEvent.AttemptExpired(IdOf(work, expired.Attempt, expired.Poll), ErrorKind.OutcomeUnknown, d.Now));
            return new Tried.Going();
        }
        if (!MayRetry(work, expired.Attempt, ErrorKind.Timeout))
            return new Tried.GivenUp(ErrorKind.Timeout, $"No answer within {System.Xml.XmlConvert.ToString(work.Timeout)}.");
        var next = expired.At + BackOff(d, work, expired.Attempt);
        Retry(d, work, expired.Attempt, work.RepeatsSafely || next > grace ? next : grace);
        return new Tried.Going();
    }

    private static bool MayRetry(Work work, int attempt, ErrorKind kind) =>
        work.Retry.On.Contains(kind) && attempt - work.AttemptsBefore < work.Retry.Attempts;

    private static void Retry(Deciding d, Work work, int attempt, DateTimeOffset notBefore)
    {
        if (d.Due(Timer(work, "retry"), notBefore) && d.MayStart)
            Want(d, work, attempt + 1, 0, null, null, null, stopping: false);
    }

    private static bool Expire(Deciding d, Work work, int attempt, int poll, DateTimeOffset deadline)
    {
        if (!d.Due(Timer(work, "deadline"), deadline))
            return false;
        d.State(new RunEvent.AttemptExpired(IdOf(work, attempt, poll), ErrorKind.Timeout, d.Now));
        return true;
    }

    /// <param name="key">Of an attempt that has begun, as it was stated then.</param>
    private static void Want(Deciding d, Work work, int attempt, int poll, string? token, DateTimeOffset? deadline, string? key, bool stopping)
    {
        var due = deadline ?? Place.Earlier(d.Now + work.Timeout, work.Cap)!.Value;
        // The block around it is out of time and will say so.
        if (deadline is null && due <= d.Now)
            return;
        d.Want(new Command.RunAction(IdOf(work, attempt, poll), key ?? EffectKey.Of(d.Run.Id, work.Path, work.Purpose, work.Redo), work.Action, work.Inputs,
            due, token, stopping) { UndoInputs = work.UndoInputs, Simulate = work.Simulate });
    }

    private static TimeSpan BackOff(Deciding d, Work work, int attempt) =>
        WorstCase.LongestBackOff(work.Retry, attempt - work.AttemptsBefore) * EffectKey.Jitter(EffectKey.Of(d.Run.Id, work.Path, work.Purpose, work.Redo), attempt);

    private static CommandId IdOf(Work work, int attempt, int poll) => new(work.Path, work.Purpose, work.Redo, attempt, poll);

    private static string Timer(Work work, string what) => $"{what}/{work.Path}~{(char)work.Purpose}";

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
