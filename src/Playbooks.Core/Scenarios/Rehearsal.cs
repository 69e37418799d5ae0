using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using ValueType = Playbooks.Core.Definitions.ValueType;

namespace Playbooks.Core.Scenarios;

/// <summary>Plays a scenario through the real decider: virtual time, one thread, nothing outside.</summary>
public sealed class Rehearsal
{
    /// <summary>Turns of the loop after which a scenario counts as one that does not end.</summary>
    public const int TurnsMax = 100_000;
    private const string Owner = "rehearsal";
    public static readonly DateTimeOffset Start = new(2026, 1, 12, 3, 0, 0, TimeSpan.Zero);

    private readonly Scenario scenario;
    private readonly PriorityQueue<RunEvent, (DateTimeOffset, int)> coming = new();
    private readonly Dictionary<string, int> answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> asked = new(StringComparer.Ordinal);
    private readonly List<RunEvent> events = [];
    private Run run = Run.Empty;
    private int order;

    private Rehearsal(Scenario scenario) => this.scenario = scenario;

    /// <summary>Plays to the end, or until nothing more would happen.</summary>
    public static Rehearsed Play(Scenario scenario, Playbook playbook, DeploymentEnvironment environment, IEnumerable<PinnedText>? inlined = null)
    {
        var rehearsal = new Rehearsal(scenario);
        rehearsal.PlayOut(playbook, environment, [.. inlined ?? []]);
        return new Rehearsed(rehearsal.run, [.. rehearsal.events]);
    }

    private void PlayOut(Playbook playbook, DeploymentEnvironment environment, ImmutableArray<PinnedText> inlined)
    {
        var drill = scenario.Mode == RunMode.Drill;
        var started = new RunEvent.RunStarted("rehearsal", scenario.Mode, Decider.LogicVersion, new PinnedText(playbook.Name, playbook.Digest, playbook.Text),
            new PinnedText(environment.Name, environment.Digest, environment.Text), scenario.Inputs, null, "rehearsal", null, drill ? null : Start, null, null, Start)
            { Inlined = inlined };
        foreach (var (scripted, index) in scenario.Orders.Select((scripted, index) => (scripted, index)).Where(item => item.scripted.After is not null))
            Come(Start + scripted.After!.Value, at => Order(scripted, index, at));
        React(started);
        for (var turn = 0; turn < TurnsMax && !run.IsQuiet; turn++)
        {
            if (Next() is not { } next)
                return;
            React(next);
        }
    }

    private List<Command> outstanding = [];

    private void React(RunEvent happened)
    {
        var reaction = Decider.React(run, [happened], Owner);
        run = reaction.Run;
        events.AddRange(reaction.Appended);
        outstanding = [.. reaction.Outstanding];
        foreach (var command in reaction.Start)
            Answer(command);
        foreach (var command in reaction.Outstanding.Where(command => command is not (Command.RunAction or Command.StartTimer)))
        {
            if (asked.Add(command is Command.AnchorHead ? command.Name + run.Sequence : command.Name))
                Serve(command);
        }
    }

    /// <summary>The next thing that happens: a report, or a timer if it is due before.</summary>
    private RunEvent? Next()
    {
        var timer = outstanding.OfType<Command.StartTimer>().MinBy(timer => timer.DueAt);
        if (coming.TryPeek(out _, out var first) && (timer is null || first.Item1 <= timer.DueAt))
            return coming.Dequeue();
        return timer is null ? null : new RunEvent.TimerFired(timer.Id, timer.DueAt > run.Now ? timer.DueAt : run.Now);
    }

    private void Come(DateTimeOffset at, Func<DateTimeOffset, RunEvent> happens) => coming.Enqueue(happens(at), (at, order++));

    private void Answer(Command.RunAction command)
    {
        var answer = AnswerTo(command);
        if (answer.Takes is not { } takes)
            return;
        Come(run.Now + takes, at => answer.Outcome switch
        {
            Outcome.Succeeded succeeded => new RunEvent.ActionSucceeded(command.Id, succeeded.Output, at),
            Outcome.Failed failed => new RunEvent.ActionFailed(command.Id, failed.Kind, failed.Message, failed.RetryAfter, at),
            Outcome.Pending pending => new RunEvent.ActionPending(command.Id, pending.Token, at + (pending.AskAgainAt - DateTimeOffset.UnixEpoch), pending.Progress, at),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    private Answer AnswerTo(Command.RunAction command)
    {
        var path = command.Id.Purpose == Purpose.Do ? command.Id.Path : $"{command.Id.Path}~{(command.Id.Purpose == Purpose.Undo ? "undo" : "safety")}";
        var name = scenario.Actions.ContainsKey(path) ? path : Plain(path);
        if (!scenario.Actions.TryGetValue(name, out var answers))
            return new Answer(new Outcome.Succeeded(SampleOutput(command.Action, command.Inputs)), TimeSpan.FromSeconds(1));
        var index = answered.GetValueOrDefault(name);
        answered[name] = index + 1;
        var answer = answers[Math.Min(index, answers.Length - 1)];
        // A scenario says what matters to it; the rest of the output is made up.
        return answer.Outcome is Outcome.Succeeded succeeded
            ? answer with { Outcome = new Outcome.Succeeded(JsonData.Object(SampleOutput(command.Action, command.Inputs).Properties.Concat(succeeded.Output.Properties))) }
            : answer;
    }

    private void Serve(Command command)
    {
        switch (command)
        {
            case Command.Tell tell:
                Come(run.Now, at => new RunEvent.Told(tell.Id, Owner, at));
                break;
            case Command.AnchorHead anchor:
                Come(run.Now, at => new RunEvent.HeadAnchored(anchor.Id, anchor.Sequence, "", Owner, at));
                break;
            case Command.RaiseAlert:
                Come(run.Now + TimeSpan.FromSeconds(1), at => new RunEvent.AlertAttached(JsonData.EmptyObject, at, at));
                break;
            case Command.AskForVotes ask:
                foreach (var vote in scenario.Votes.GetValueOrDefault(ask.Approval.Path, []))
                    Come(run.Now + vote.After, at => new RunEvent.VoteCast($"{ask.Name}/{vote.Person}", ask.Approval.Path, ask.Approval.Round, ask.Approval.Digest,
                        vote.Person, [vote.Role], vote.Approves, null, Owner, at));
                break;
            case Command.AskPerson { What: AskFor.Confirmation } task when scenario.Tasks.TryGetValue(task.Path, out var takes):
                Come(run.Now + takes, at => new RunEvent.TaskConfirmed(task.Path, Owner, [task.Role], "done", at));
                break;
            case Command.AskPerson { What: AskFor.Order } ask:
                var index = scenario.Orders.ToList().FindIndex(scripted => scripted.After is null && scripted.Path == ask.Path);
                if (index >= 0)
                    Come(run.Now + TimeSpan.FromSeconds(30), at => Order(scenario.Orders[index], index, at));
                break;
        }
    }

    private RunEvent.OrderGiven Order(ScriptedOrder scripted, int index, DateTimeOffset at) =>
        new($"order-{index}", scripted.Order, Owner, [run.Playbook?.CommanderGroup ?? ""], "scenario", Owner, at);

    private static string Plain(string path)
    {
        var tilde = path.LastIndexOf('~');
        return tilde < 0 ? StepPaths.IdOf(path) : StepPaths.IdOf(path[..tilde]) + path[tilde..];
    }

    /// <summary>An output of the declared shape; what the inputs say about the same thing is kept.</summary>
    private static JsonData SampleOutput(ActionDeclaration action, JsonData inputs) => JsonData.Object(action.Outputs.Select(output =>
        new KeyValuePair<string, JsonData>(output.Name, inputs[output.Name] ?? output.Type switch
        {
            ValueType.Integer or ValueType.Number => JsonData.Of(1),
            ValueType.Boolean => JsonData.True,
            ValueType.Array => JsonData.EmptyArray,
            ValueType.Object or ValueType.Any => JsonData.EmptyObject,
            ValueType.Duration => JsonData.Of("PT1M"),
            ValueType.Instant => JsonData.Of(Start.AddDays(-1).ToString("O", CultureInfo.InvariantCulture)),
            ValueType.String => JsonData.Of(output.Name),
            _ => throw new System.Diagnostics.UnreachableException(),
        })));
}
