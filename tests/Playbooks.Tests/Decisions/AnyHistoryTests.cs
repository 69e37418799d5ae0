using CsCheck;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>What holds for any history. CsCheck prints the seed of what fails.</summary>
public class AnyHistoryTests
{
    private static readonly string Steps = Decisions.Steps.List(Decisions.Steps.Isolate(),
        $$"""{ "id": "both", "parallel": { "branches": { "left": {{Decisions.Steps.List(Decisions.Steps.Promote("one"))}}, "right": {{Decisions.Steps.List(Decisions.Steps.Get("two"))}} } } }""",
        Decisions.Steps.Approve("tell"), Decisions.Steps.Notify("tell"), Decisions.Steps.Rejoin(), Decisions.Steps.Recovered());

    [Fact]
    public void Deciding_twice_gives_the_same_and_a_replay_gives_the_same_run() => Gen.Int[0, 11].Array[1, 40].Sample(choices =>
    {
        var story = Story.Of(Steps);
        foreach (var choice in choices)
        {
            if (!story.Run.HasEnded)
                Happen(story, choice);
        }

        Assert.Equal(Decider.Decide(story.Run).Select(command => command.Name), Decider.Decide(story.Run).Select(command => command.Name));
        Assert.Equal(story.Names(), Decider.Decide(story.Run).Select(command => command.Name).Order(StringComparer.Ordinal));
        Assert.Equal(story.Run.Summary(), Decider.Fold(story.Events).Summary());
        Assert.Empty(Decider.React(story.Run, [], "epoch:1").Appended);
    }, iter: 200);

    private static void Happen(Story story, int choice)
    {
        var action = story.Outstanding.OfType<Command.RunAction>().FirstOrDefault()?.Id;
        RunEvent? happened = (choice, action) switch
        {
            (0 or 1 or 2, { } id) => new RunEvent.ActionSucceeded(id, JsonData.EmptyObject, story.Now),
            (3, { } id) => new RunEvent.ActionFailed(id, ErrorKind.Transient, "x", null, story.Now),
            (4, { } id) => new RunEvent.ActionFailed(id, ErrorKind.OutcomeUnknown, "x", null, story.Now),
            (5, { } id) => new RunEvent.ActionPending(id, "t", story.Now.AddSeconds(5), null, story.Now),
            _ => null,
        };
        if (happened is not null)
            story.When(happened);
        else if (choice == 6)
            story.After("PT45S");
        else if (choice == 7)
            story.Votes("someone");
        else if (choice == 8)
            story.Orders(new Order.Retry(story.Run.Steps.All.FirstOrDefault(step => step.Value is StepState.AwaitingOrder).Key ?? "tell", Again: false));
        else if (choice == 9)
            story.Orders(story.Run.Paused ? new Order.Resume() : new Order.Pause());
        else if (choice == 10)
            story.Restart($"epoch:{story.Events.Count}");
        else if (choice == 11)
            story.Orders(new Order.Skip("one", NoEffect: true));
    }
}
