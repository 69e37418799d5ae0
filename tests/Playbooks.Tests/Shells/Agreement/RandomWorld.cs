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
        var chance = new Chance(seed, "begin");
        foreach (var signal in RandomPlaybook.Signals)
        {
            if (chance.Percent(70))
                Send(chance, $"signal/{signal}", at => new RunEvent.SignalReceived("signal/" + signal, signal, JsonData.Of("it is so"), at), secondsMax: 900);
        }
        if (chance.Percent(15))
        {
            Order(chance, "pause", new Order.Pause(), 600);
            Order(chance, "resume", new Order.Resume(), 1200);
        }
        if (chance.Percent(6))
            Order(chance, "cancel", new Order.Cancel(), 900);
        if (chance.Percent(15))
            Order(chance, "skip", new Order.Skip($"s{chance.Between(1, 12)}", chance.Percent(50)), 300);
        if (chance.Percent(10))
            Send(chance, "resolved", at => new RunEvent.AlertResolved(at, at), secondsMax: 900);
        if (chance.Percent(10))
            Send(chance, "attached", at => new RunEvent.AlertAttached(JsonData.Object(("rule", JsonData.Of("r"))), at.AddMinutes(-1), at), secondsMax: 900);
    }

    public void Act(ActionCall call, Action<Answer> answered)
    {
        var command = call.Command;
        var chance = new Chance(seed, command.Name);
        var latency = TimeSpan.FromMilliseconds(chance.Percent(10) ? chance.Between(20_000, 200_000) : chance.Between(50, 20_000));
        var roll = chance.Below(100);
        if (command.Id.Purpose != Purpose.Do && chance.Percent(60))
            roll = 0;
        Outcome? answer = roll switch
        {
            < 68 => Done(command, chance),
            < 75 => command.Id.Poll < 4 ? new Outcome.Pending($"at {command.Id.Poll}", agenda.Now + latency + TimeSpan.FromSeconds(chance.Between(1, 60)), "some of many") : Done(command, chance),
            < 82 => new Outcome.Failed(ErrorKind.Transient, "The connection was dropped."),
            < 85 => new Outcome.Failed(ErrorKind.Throttled, "Too much was asked.", TimeSpan.FromSeconds(chance.Between(1, 30))),
            < 90 => new Outcome.Failed(chance.OneOf(ErrorKind.NotFound, ErrorKind.Conflict, ErrorKind.Denied, ErrorKind.Invalid, ErrorKind.Integrity), "It is not so."),
            < 92 => new Outcome.Failed(ErrorKind.OutcomeUnknown, "The answer was lost."),
            < 97 => null,
            _ => Done(command, chance),
        };
        var late = roll is 94 or 95;
        var at = late ? command.Deadline + TimeSpan.FromSeconds(chance.Between(1, 29)) : agenda.Now + latency;
        if (roll == 96 && at < command.Deadline)
            Come(at, new Answer(null, new InvalidOperationException("a defect of the connector")));
        else if (late)
            Come(at, new Answer(Done(command, chance), null));
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
        var chance = new Chance(seed, "raise");
        if (chance.Percent(80))
            Send(chance, "alert", at => new RunEvent.AlertAttached(JsonData.Object(("rule", JsonData.Of("grading-model"))), at.AddSeconds(-5), at), secondsMax: 200);
    }

    public void Shown(Question question, bool open)
    {
        if (!open)
            return;
        var name = Again(question.Name);
        var chance = new Chance(seed, name);
        if (question.Votes is { Approval: var approval })
        {
            for (var vote = chance.Below(4); vote > 0; vote--)
            {
                var id = $"{name}/vote-{vote}";
                var (person, role, digest) = ($"person{chance.Below(4)}", chance.OneOf("approvers", "approvers", "commanders", "nobodies"), chance.Percent(92) ? approval.Digest : "another");
                var approves = chance.Percent(80);
                Send(chance, id, at => new RunEvent.VoteCast(id, approval.Path, approval.Round, digest, person, [role], approves, null, "api", at), secondsMax: 900);
            }
        }
        else if (question.Person is { What: AskFor.Confirmation } task)
        {
            var (role, note) = (chance.OneOf("commanders", "commanders", "commanders", "nobodies"), chance.OneOf("done", "done", "done", " "));
            if (chance.Percent(80))
                Send(chance, name + "/confirm", at => new RunEvent.TaskConfirmed(task.Path, "somebody", [role], note, at), secondsMax: 400);
        }
        else if (question.Person is { } asked && chance.Percent(75))
        {
            Order(chance, name + "/order", chance.Below(8) switch
            {
                0 => new Order.Cancel(),
                1 or 2 => new Order.Skip(asked.Path, chance.Percent(50)),
                3 => new Order.Retry(asked.Path, Again: true),
                _ => new Order.Retry(asked.Path, Again: false),
            }, 400);
        }
    }

    private static Outcome.Succeeded Done(Command.RunAction command, Chance chance) => new(command.Action.Name == "http.get"
        ? JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(chance.OneOf("ready", "no", "no"))))
        : JsonData.Object(("version", JsonData.Of(chance.Below(9)))));

    private void Order(Chance chance, string id, Order order, int secondsMax)
    {
        var role = chance.Percent(92) ? "commanders" : "nobodies";
        var reason = chance.Percent(95) ? "it is time" : "";
        Send(chance, id, at => new RunEvent.OrderGiven(id, order, "commander", [role], reason, "api", at), secondsMax);
    }

    private void Send(Chance chance, string id, Func<DateTimeOffset, RunEvent> happened, int secondsMax) =>
        agenda.Enter(agenda.Now + TimeSpan.FromMilliseconds(chance.Between(500, secondsMax * 1000)), Agenda.People, id, () => send(id, happened(agenda.Now)));

    private void Answered(string name, int failsPercent, Action<bool> done)
    {
        name = Again(name);
        var chance = new Chance(seed, name);
        var reached = !chance.Percent(failsPercent);
        agenda.Enter(agenda.Now + TimeSpan.FromMilliseconds(chance.Between(10, 4_000)), Agenda.Answers, name, () => done(reached));
    }

    /// <summary>The name, with how often it has been asked before: both shells ask equally often.</summary>
    private string Again(string name) => $"{name}#{times[name] = times.GetValueOrDefault(name) + 1}";
}
