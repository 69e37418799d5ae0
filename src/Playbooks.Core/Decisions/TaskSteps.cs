using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary><c>task</c>: a person does something by hand and confirms it.</summary>
internal static class TaskSteps
{
    public static void Begin(Deciding d, StepAt at, Step.ManualTask step)
    {
        var text = step.Instructions.Evaluate(Scope.For(d.Run, at.Place.Body));
        if (text.Error is { } error)
            Failing.Fail(d, at, ErrorKind.Invalid, $"The instructions cannot be resolved: {error.Message}");
        else
            d.State(new RunEvent.StepStarted(at.Path, d.Now)
            {
                Until = Place.Earlier(d.Now + step.DoneWithin, at.Place.Cap),
                Text = text.Value!.AsString() ?? text.Value.Text,
            });
    }

    public static void Decide(Deciding d, StepAt at, Step.ManualTask step, StepState.TaskOpen task)
    {
        var group = GroupOf(d.Playbook, step);
        if (d.Run.Unjudged.Find(waiting => waiting is RunEvent.TaskConfirmed confirmed && confirmed.Path == at.Path) is RunEvent.TaskConfirmed first)
        {
            if (!first.Roles.Contains(group))
                d.State(new RunEvent.TaskRefused(at.Path, first.Person, $"Only holders of {group} may confirm it.", d.Now));
            else if (string.IsNullOrWhiteSpace(first.Note))
                d.State(new RunEvent.TaskRefused(at.Path, first.Person, "A note is needed: what was done?", d.Now));
            else if (first.At >= task.Until)
                d.State(new RunEvent.TaskRefused(at.Path, first.Person, $"It was due at {Decider.Instant(task.Until)}.", d.Now));
            else
                d.State(new RunEvent.StepSucceeded(at.Path, JsonData.Object(("by", JsonData.Of(first.Person)), ("note", JsonData.Of(first.Note))), d.Now));
        }
        else if (d.Due("task/" + at.Path, task.Until))
        {
            Failing.Fail(d, at, ErrorKind.Timeout, $"Nobody confirmed it until {Decider.Instant(task.Until)}.");
        }
        else
        {
            d.Want(new Command.AskPerson(at.Path, group, task.Text, task.Until, AskFor.Confirmation));
        }
    }

    private static string GroupOf(Playbook playbook, Step.ManualTask step) => playbook.Roles.GetValueOrDefault(step.Role, step.Role);
}
