using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Timing;
using Playbooks.Tests.Generation;
using Playbooks.Tests.Shells.Agreement;

namespace Playbooks.Tests.Decisions;

/// <summary>A decision passes over what is counted as past without looking at it: the count must never be too high.</summary>
public class PastStepsTests
{
    private const int Seeds = 60;

    [Fact]
    public void All_steps_in_front_of_the_one_that_is_next_are_past_and_no_other()
    {
        var counted = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            var run = Run.Empty;
            foreach (var stored in AgreementTests.Embedded(seed))
            {
                run = Decider.Evolve(run, stored.Event);
                if (run.Playbook is null || !PastSteps.AreInOrder(run, ""))
                    continue;
                Assert.True(run.Playbook.Steps.TakeWhile(step => IsPassed(run.StateOf(step.Id))).Count() == PastSteps.Of(run, ""), $"seed {seed}, event {stored.Sequence}");
                counted += PastSteps.Of(run, "");
            }
        }
        Assert.True(counted > Seeds);
    }

    [Fact]
    public void A_long_list_inside_a_block_is_counted_too_and_every_step_is_done_once_in_order()
    {
        var names = Enumerable.Range(0, 20).Select(index => "s" + index).ToImmutableArray();
        var story = Story.Of($$"""
            [ { "id": "guard", "try": { "steps": [ {{string.Join(',', names.Select(Get))}} ], "catch": [ { "steps": [ {{Get("caught")}} ] } ] } } ]
            """, rto: "");

        foreach (var name in names)
            story.Succeeds("guard.steps/" + name);

        Assert.Equal(names.Length, PastSteps.Of(story.Run, "guard.steps"));
        Assert.Equal(names.Select(name => "guard.steps/" + name), story.Started.Select(command => command.Id.Path));
        Assert.Equal(1, PastSteps.Of(story.Run, ""));
    }

    [Fact]
    public void A_step_that_is_done_again_takes_the_count_away()
    {
        var story = Story.Of($$"""
            [ {{Get("look")}}, {{Get("other")}},
              { "id": "ask", "approve": { "role": "approver", "message": "Go on?", "covers": ["act"], "decideWithin": "PT1H" } },
              { "id": "act", "do": "http.get", "with": { "url": "https://status.university.example/${ steps.look.output.status }" } } ]
            """, rto: "");
        story.Succeeds("look", Core.Json.JsonData.Parse("""{ "status": 1 }""")).Succeeds("other");
        Assert.Equal(2, PastSteps.Of(story.Run, ""));

        story.Orders(new Order.Retry("look", Again: false));

        Assert.False(PastSteps.AreInOrder(story.Run, ""));
        Assert.Equal(["look~d.1.1.0"], story.Running());
    }

    [Fact]
    public void What_lies_between_a_step_and_recovery_is_the_same_whether_it_is_summed_then_or_before()
    {
        for (ulong seed = 1; seed <= 500; seed++)
        {
            var steps = RandomPlaybook.Make(seed).Playbook.Steps;

            var after = WorstCase.ToRecoveryAfterEach(steps);

            var over = new HashSet<string>(StringComparer.Ordinal);
            for (var index = 0; index < steps.Length; index++)
            {
                over.Add(steps[index].Id);
                Assert.True(after[index] == WorstCase.RemainingToRecovery(steps, over.Contains), $"seed {seed}, step {steps[index].Id}");
            }
        }
    }

    private static bool IsPassed(StepState? state) => state is StepState.Succeeded or StepState.Skipped or StepState.Failed { Stops: false };

    private static string Get(string id) => $$"""{ "id": "{{id}}", "do": "http.get", "with": { "url": "https://status.university.example/health" } }""";
}
