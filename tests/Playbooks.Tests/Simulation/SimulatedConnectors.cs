using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Simulation;

/// <summary>Runs attempts as workers and connectors do: sends, waits, answers; and everything that goes wrong on the way.</summary>
internal sealed class SimulatedConnectors(Simulation world)
{
    private readonly Dictionary<string, string> keyOf = new(StringComparer.Ordinal);

    /// <exception cref="SimulatedProcess.Killed">It has died on the way.</exception>
    internal void Start(ActionCall call, IAttempt attempt)
    {
        var (faults, dice, id, process) = (world.Faults, world.Dice, call.Command.Id, attempt.Process);
        world.Watch(call.RunId).Acts(call, process.Epoch);
        var effect = SimulatedTargets.EffectOf(call.RunId, id);
        if (!keyOf.TryAdd(effect, call.Command.Key))
            Violation.When(keyOf[effect] != call.Command.Key, Promises.Once, () => $"{effect} has the keys {keyOf[effect]} and {call.Command.Key}");
        var now = world.Agenda.GetUtcNow();
        if (faults.Hit(Fault.CrashBeforeEffect))
            throw new SimulatedProcess.Killed();
        var left = call.Command.Deadline - now;
        var answersIn = dice.Between(0.005, 0.5);
        if (faults.Hit(Fault.FailsBefore))
            Answer(new Outcome.Failed(ErrorKind.Transient, "The connection was refused."), answersIn);
        else if (faults.Hit(Fault.Throttled))
            Answer(new Outcome.Failed(ErrorKind.Throttled, "Less, please.", TimeSpan.FromSeconds(dice.Below(40))), answersIn);
        else if (faults.Hit(Fault.FailsForGood))
            Answer(new Outcome.Failed(dice.Of([ErrorKind.Denied, ErrorKind.NotFound, ErrorKind.Invalid, ErrorKind.Integrity]), "No."), answersIn);
        else if (call.Command.Id.Poll < 2 && faults.Hit(Fault.Pends))
            Answer(new Outcome.Pending("token", now + dice.Between(0.5, 5)), answersIn);
        else
            Send(answersIn, left);

        void Send(TimeSpan arrivesIn, TimeSpan left)
        {
            var looked = world.Targets.Look(call);
            if (call.Command.Action.Repeatability != Repeatability.Once && faults.Hit(Fault.SentTwice))
                world.Agenda.In(arrivesIn + dice.Between(0, 2), () => world.Targets.Arrives(call, looked));
            var late = faults.Hit(Fault.AnswersLate);
            // A request is cut off at the latest when the time in which it may still report is over.
            if (late)
                arrivesIn = left - TimeSpan.FromSeconds(0.5) + dice.Between(0, Limits.OutcomeGrace.TotalSeconds / 2);
            world.Agenda.In(arrivesIn, () => Arrived(looked, left, late));
        }

        void Arrived(int looked, TimeSpan left, bool late)
        {
            var wrong = world.Targets.Arrives(call, looked);
            if (process.Dead)
                return;
            if (faults.Hit(Fault.CrashBetweenEffectAndAnswer))
            {
                process.In(TimeSpan.Zero, () => throw new SimulatedProcess.Killed());
                return;
            }
            var back = dice.Between(0.001, 0.2);
            if (wrong is { } kind)
                Answer(new Outcome.Failed(kind, "Somebody else changed it first."), back);
            else if (!late && faults.Hit(Fault.NeverAnswers))
                attempt.Silence(left);
            else if (faults.Hit(Fault.FailsAfter))
                Answer(new Outcome.Failed(world.Planted == Planted.TransientAfterEffect ? ErrorKind.Transient : dice.Chance(0.5) ? ErrorKind.OutcomeUnknown : ErrorKind.Timeout, "The connection broke after it was sent."), back);
            else if (faults.Hit(Fault.Throws))
                process.In(back, () => attempt.Throw(new InvalidOperationException("a connector's defect")));
            else
                Answer(new Outcome.Succeeded(Output(call)), back);
        }

        void Answer(Outcome outcome, TimeSpan delay)
        {
            process.In(delay, () => attempt.Answer(outcome));
            if (faults.Hit(Fault.AnswersTwice))
                process.In(delay + dice.Between(0, 100), () => attempt.Stray(ActionReports.Answered(call, outcome, world.Agenda.GetUtcNow())));
            if (faults.Hit(Fault.Contradicts))
                process.In(delay + dice.Between(0.1, 60), () => attempt.Stray(ActionReports.Overdue(call, world.Agenda.GetUtcNow())));
            // Only such ids as nothing outstanding has: a lie about what is outstanding nobody could tell from the truth.
            if (faults.Hit(Fault.AnswersOtherStep))
            {
                var other = dice.Of([id with { Attempt = id.Attempt + 7 }, id with { Redo = id.Redo + 3 }, id with { Poll = id.Poll + 50 }, id with { Path = "nowhere" }, id with { Path = id.Path + "/x" }]);
                process.In(delay, () => attempt.Stray(new RunEvent.ActionSucceeded(other, JsonData.EmptyObject, world.Agenda.GetUtcNow())));
            }
        }
    }

    private JsonData Output(ActionCall call) => call.Command.Action.Name switch
    {
        "artifacts.lastKnownGood" => JsonData.Object(("version", JsonData.Of(2)), ("digest", JsonData.Of("good")), ("createdAt", JsonData.Of("2026-01-01T00:00:00Z")),
            ("current", JsonData.Of(3)), ("currentDigest", JsonData.Of("bad")), ("passedOver", JsonData.EmptyArray)),
        Catalogue.ReapplyErasures => JsonData.Object(("erasures", JsonData.Of(0)), ("removed", JsonData.Of(0)), ("remaining", JsonData.Of(0)), ("digest", JsonData.Of("good")), ("version", JsonData.Of(2))),
        "http.get" => JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(new Dice(world.Seed, SimulatedTargets.EffectOf(call.RunId, call.Command.Id)).OneOf("ready", "no", "no")))),
        _ => JsonData.EmptyObject,
    };
}
