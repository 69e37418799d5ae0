using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Planning;
using Playbooks.Tests.Definitions;
using Playbooks.Tests.Renderings;

namespace Playbooks.Tests.Planning;

public class RunPlanTests
{
    private static readonly JsonData Inputs = JsonData.Object(("model", JsonData.Of("grading")));

    [Fact]
    public void Every_action_of_a_run_is_planned_in_its_order_and_neither_undos_nor_injections() =>
        Assert.Equal(["isolate", "look", "tell", "promote", "ask", "risky", "sub/call", "shift", "well", "after", "report", "last"],
            PlannedStep.Of(EveryKind.Playbook(), Inputs).Select(step => step.StepId));

    [Theory]
    [InlineData("isolate", """{"model":"grading"}""", "")]
    [InlineData("shift", """{"model":"grading"}""", "percent")]
    // What inputs means inside an inlined playbook is what the step around it hands over.
    [InlineData("sub/call", """{"channel":"incidents","text":"campus"}""", "")]
    public void Inputs_are_known_where_they_follow_from_those_of_the_run(string id, string known, string unknown)
    {
        var step = PlannedStep.Of(EveryKind.Playbook(), Inputs).Single(step => step.StepId == id);
        Assert.Equal((JsonData.Parse(known), unknown), (step.Inputs, string.Join(", ", step.Unknown)));
    }

    [Fact]
    public void What_stands_behind_a_condition_may_not_run() =>
        Assert.Equal(["tell", "shift"], PlannedStep.Of(EveryKind.Playbook(), Inputs).Where(step => step.MayNotRun).Select(step => step.StepId));

    [Fact]
    public void An_input_that_comes_from_a_step_is_known_only_in_the_run()
    {
        var playbook = Read.Valid("""
            { "playbook": "p", "version": "1.0.0", "title": "t", "steps": [
              { "id": "find", "do": "artifacts.lastKnownGood", "with": { "model": "m" } },
              { "id": "check", "do": "artifacts.verify", "with": { "model": "m", "version": "${ steps.find.output.version }" } } ] }
            """);
        Assert.Equal(["version"], PlannedStep.Of(playbook, JsonData.EmptyObject)[1].Unknown);
    }

    [Fact]
    public void Steps_are_counted_by_what_they_do_to_the_world() =>
        Assert.Equal(new PlanCounts(ReadOnly: 4, Mutating: 3, Irreversible: 5), PlanCounts.Of(PlannedStep.Of(EveryKind.Playbook(), Inputs)));

    private static readonly RunPlan Made = new(1, "p", "1.0.0", new string('a', 64), "live", new string('b', 64), Inputs, DateTimeOffset.UnixEpoch, new PlanCounts(0, 1, 0),
        [new PlanLine("isolate", 1, "model.isolate", Effect.Mutating, "grading", false, true, "generation 4: model at 100 %, by key:oncall", "generation 5: previous", [])]);

    [Fact]
    public void A_plan_holds_while_nothing_has_moved_whatever_the_time() =>
        Assert.Empty(Made.MovedSince(Made with { MadeAt = DateTimeOffset.UnixEpoch.AddYears(1), Lines = [Made.Lines[0] with { After = "said otherwise" }] }));

    [Fact]
    public void Everything_that_a_plan_relies_on_makes_it_void_when_it_moves()
    {
        Assert.Contains("The text of p was changed", Assert.Single(Made.MovedSince(Made with { PlaybookDigest = new string('c', 64) })), StringComparison.Ordinal);
        Assert.Contains("The environment live was changed", Assert.Single(Made.MovedSince(Made with { EnvironmentDigest = new string('c', 64) })), StringComparison.Ordinal);
        Assert.Equal("isolate (model.isolate): planned on “generation 4: model at 100 %, by key:oncall”, now it is “generation 5: previous”.",
            Assert.Single(Made.MovedSince(Made with { Lines = [Made.Lines[0] with { Now = "generation 5: previous" }] })));
        Assert.Equal(["isolate is in the plan only."], Made.MovedSince(Made with { Lines = [] }));
        Assert.Equal(["isolate is not in the plan."], (Made with { Lines = [] }).MovedSince(Made));
        Assert.Contains("format", Assert.Single((Made with { Format = 2 }).MovedSince(Made)), StringComparison.Ordinal);
    }
}
