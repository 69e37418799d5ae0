using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Generation;

namespace Playbooks.Tests.Shells.Agreement;

/// <summary>
/// What happens around a run, from a seed. Every answer follows from the name of what was asked and every vote from the question, so that two
/// shells that do the same meet the same world, in whatever order they ask.
/// </summary>
/// <param name="send">How something from outside reaches the shell: id of the delivery, and what happened.</param>
internal sealed class RandomWorld(ulong seed, Agenda agenda, Action<string, RunEvent> send)
{
    private readonly Dictionary<string, int> times = new(StringComparer.Ordinal);

    /// <summary>What an action has come to. Neither outcome nor error: it gave up at its deadline.</summary>
    internal sealed record Answer(Outcome? Outcome, Exception? Error);

    /// <summary>What people and monitors do by themselves.</summary>
    public void Begin()
    {
        var dice = new Dice(seed, "begin");
        foreach (var signal in RandomPlaybook.Signals)
        {
            if (dice.Percent(70))
                Send(dice, $"signal/{signal}", at => new RunEvent.SignalReceived("signal/" + signal, signal, JsonData.Of("it is so"), at), secondsMax: 900);
        }
        if (dice.Percent(15))
        {
            Order(dice, "pause", new Order.Pause(), 600);
            Order(dice, "resume", new Order.Resume(), 1200);
        }
        if (dice.Percent(6))
            Order(dice, "cancel", new Order.Cancel(), 900);
        if (dice.Percent(15))
            Order(dice, "skip", new Order.Skip($"s{dice.Number(1, 12)}", dice.Percent(50)), 300);
        if (dice.Percent(10))
            Send(dice, "resolved", at => new RunEvent.AlertResolved(at, at), secondsMax: 900);
        if (dice.Percent(10))
            Send(dice, "attached", at => new RunEvent.AlertAttached(JsonData.Object(("rule", JsonData.Of("r"))), at.AddMinutes(-1), at), secondsMax: 900);
    }

    public void Act(ActionCall call, Action<Answer> answered)
    {
        var command = call.Command;
        var dice = new Dice(seed, command.Name);
        var latency = TimeSpan.FromMilliseconds(dice.Percent(10) ? dice.Number(20_000, 200_000) : dice.Number(50, 20_000));
        var roll = dice.Below(100);
        if (command.Id.Purpose != Purpose.Do && dice.Percent(60))
            roll = 0;
        Outcome? answer = roll switch
        {
            < 68 => Done(command, dice),
            < 75 => command.Id.Poll < 4 ? new Outcome.Pending($"at {command.Id.Poll}", agenda.Now + latency + TimeSpan.FromSeconds(dice.Number(1, 60)), "some of many") : Done(command, dice),
            < 82 => new Outcome.Failed(ErrorKind.Transient, "The connection was dropped."),
            < 85 => new Outcome.Failed(ErrorKind.Throttled, "Too much was asked.", TimeSpan.FromSeconds(dice.Number(1, 30))),
            < 90 => new Outcome.Failed(dice.OneOf(ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.Denied, ErrorKind.Invalid, ErrorKind.Integrity), "It is not so."),
            < 92 => new Outcome.Failed(ErrorKind.OutcomeUnknown, "The answer was lost."),
            < 97 => null,
            _ => Done(command, dice),
        };
        var late = roll is 94 or 95;
        var at = late ? command.Deadline + TimeSpan.FromSeconds(dice.Number(1, 29)) : agenda.Now + latency;
        if (roll == 96 && at < command.Deadline)
            Come(at, new Answer(null, new InvalidOperationException("a defect of the connector")));
        else if (late)
            Come(at, new Answer(Done(command, dice), null));
        else if (answer is null || at >= command.Deadline)
            Come(command.Deadline, new Answer(null, null));
        else
            Come(at, new Answer(answer, null));

        void Come(DateTimeOffset then, Answer come) => agenda.Enter(then, Agenda.Answers, command.Name, () => answered(come));
    }

    /// <param name="done">Told whether somebody was reached.</param>
    public void Tell(Command.Tell tell, Action<bool> done) => Answered(tell.Name, 8, done);

    public void Anchor(string id, Action<bool> done) => Answered("anchor/" + id, 12, done);

    public void Raise()
    {
        var dice = new Dice(seed, "raise");
        if (dice.Percent(80))
            Send(dice, "alert", at => new RunEvent.AlertAttached(JsonData.Object(("rule", JsonData.Of("grading-model"))), at.AddSeconds(-5), at), secondsMax: 200);
    }

    public void Shown(Question question, bool open)
    {
        if (!open)
            return;
        var name = Again(question.Name);
        var dice = new Dice(seed, name);
        if (question.Votes is { Approval: var approval })
        {
            for (var vote = dice.Below(4); vote > 0; vote--)
            {
                var id = $"{name}/vote-{vote}";
                var (person, role, digest) = ($"person{dice.Below(4)}", dice.OneOf("approvers", "approvers", "commanders", "nobodies"), dice.Percent(92) ? approval.Digest : "another");
                var approves = dice.Percent(80);
                Send(dice, id, at => new RunEvent.VoteCast(id, approval.Path, approval.Round, digest, person, [role], approves, null, "api", at), secondsMax: 900);
            }
        }
        else if (question.Person is { What: AskFor.Confirmation } task)
        {
            var (role, note) = (dice.OneOf("commanders", "commanders", "commanders", "nobodies"), dice.OneOf("done", "done", "done", " "));
            if (dice.Percent(80))
                Send(dice, name + "/confirm", at => new RunEvent.TaskConfirmed(task.Path, "somebody", [role], note, at), secondsMax: 400);
        }
        else if (question.Person is { } asked && dice.Percent(75))
        {
            Order(dice, name + "/order", dice.Below(8) switch
            {
                0 => new Order.Cancel(),
                1 or 2 => new Order.Skip(asked.Path, dice.Percent(50)),
                3 => new Order.Retry(asked.Path, Again: true),
                _ => new Order.Retry(asked.Path, Again: false),
            }, 400);
        }
    }

    private static Outcome.Succeeded Done(Command.RunAction command, Dice dice) => new(command.Action.Name == "http.get"
        ? JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(dice.OneOf("ready", "no", "no"))))
        : JsonData.Object(("version", JsonData.Of(dice.Below(9)))));

    private void Order(Dice dice, string id, Order order, int secondsMax)
    {
        var role = dice.Percent(92) ? "commanders" : "nobodies";
        var reason = dice.Percent(95) ? "it is time" : "";
        Send(dice, id, at => new RunEvent.OrderGiven(id, order, "commander", [role], reason, "api", at), secondsMax);
    }

    private void Send(Dice dice, string id, Func<DateTimeOffset, RunEvent> happened, int secondsMax) =>
        agenda.Enter(agenda.Now + TimeSpan.FromMilliseconds(dice.Number(500, secondsMax * 1000)), Agenda.People, id, () => send(id, happened(agenda.Now)));

    private void Answered(string name, int failsPercent, Action<bool> done)
    {
        name = Again(name);
        var dice = new Dice(seed, name);
        var reached = !dice.Percent(failsPercent);
        agenda.Enter(agenda.Now + TimeSpan.FromMilliseconds(dice.Number(10, 4_000)), Agenda.Answers, name, () => done(reached));
    }

    /// <summary>The name, with how often it has been asked before: both shells ask equally often.</summary>
    private string Again(string name) => $"{name}#{times[name] = times.GetValueOrDefault(name) + 1}";
}
