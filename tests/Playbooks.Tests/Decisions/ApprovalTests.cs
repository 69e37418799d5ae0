using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>Rule 5: what is approved is what happens, looked at again when each covered step starts.</summary>
public class ApprovalTests
{
    private const string Rest = """{ "id": "rest", "wait": { "for": "PT10M" } }""";
    private static readonly string Told = """{ "id": "tell", "do": "notify", "with": { "channel": "incidents", "text": "${ steps.look.output.body }" } }""";

    private static JsonData Body(string text) => JsonData.Object(("status", JsonData.Of(200)), ("body", JsonData.Of(text)));

    private static Story Approved() => Story.Of(Steps.List(Steps.Get("look"), Steps.Approve("tell"), Rest, Told), rto: "").Succeeds("look", Body("old")).Votes("someone");

    private static OpenApproval Open(Story story) => Assert.Single(story.Outstanding.OfType<Command.AskForVotes>()).Approval;

    [Fact]
    public void A_covered_step_whose_inputs_changed_since_is_asked_about_again()
    {
        var story = Approved().Orders(new Order.Retry("look", false)).Succeeds("look", Body("new")).After("PT10M");

        Assert.Empty(story.Running());
        var voided = story.Last<RunEvent.ApprovalVoided>();
        Assert.Equal(("go", 1), (voided.Path, voided.Round));
        Assert.Equal("""tell would get {"do":"notify","with":{"channel":"incidents","text":"new"}} instead of {"do":"notify","with":{"channel":"incidents","text":"old"}}""", voided.What);
        Assert.Equal(2, Open(story).Round);
        Assert.Equal("new", story.Votes("someone").Action("tell").Inputs["text"]!.AsString());
    }

    [Fact]
    public void A_covered_step_whose_inputs_are_what_was_shown_starts()
    {
        var story = Approved().Orders(new Order.Retry("look", false)).Succeeds("look", Body("old")).After("PT10M");

        Assert.Equal(["tell~d.0.1.0"], story.Running());
        Assert.Empty(story.Events.OfType<RunEvent.ApprovalVoided>());
    }

    [Fact]
    public void A_covered_step_without_its_approval_fails_as_denied()
    {
        var story = Story.Of(Steps.List(Steps.Approve("tell"), Steps.Notify("tell")), rto: "");
        story.When(new RunEvent.StepSkipped("go", "by hand", story.Now));

        Assert.Equal(("tell", ErrorKind.Denied, "It needs the approval of go, which has not been given."),
            story.Events.OfType<RunEvent.OrderAwaited>().Select(failed => (failed.Path, failed.Kind, failed.Message)).Single());
        Assert.Empty(story.Started);
    }

    [Fact]
    public void A_step_that_no_approval_covers_needs_none()
    {
        var story = Story.Of(Steps.List(Steps.Approve("tell"), Steps.Notify("other"), Steps.Notify("tell")), rto: "");
        story.When(new RunEvent.StepSkipped("go", "by hand", story.Now));

        Assert.Equal(["other~d.0.1.0"], story.Running());
    }

    [Fact]
    public void A_covered_block_is_shown_with_all_that_it_does()
    {
        var block = $$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}}, { "id": "rest", "wait": { "for": "PT1S" } } ] }, "join": "all" } }""";
        var story = Story.Of(Steps.List(Steps.Approve("both"), block), rto: "");

        Assert.Equal("""{"both":"as written","one":{"do":"http.get","with":{"url":"https://a.example/"}},"two":{"do":"http.get","with":{"url":"https://a.example/"}},"rest":"as written"}""", Open(story).Covered.Text);
        Assert.Equal(["both.left/one~d.0.1.0", "both.right/two~d.0.1.0"], story.Votes("someone").Running());
    }

    [Fact]
    public void A_step_inside_a_covered_block_does_not_start_without_the_approval()
    {
        var block = $$"""{ "id": "both", "parallel": { "branches": { "left": [ {{Steps.Get("one")}} ], "right": [ {{Steps.Get("two")}} ] }, "join": "all" } }""";
        var story = Story.Of(Steps.List(Steps.Approve("both"), block), rto: "");
        story.When(new RunEvent.StepSkipped("go", "by hand", story.Now));

        Assert.Empty(story.Started);
        Assert.Equal(["both.left/one", "both.right/two"], story.Events.OfType<RunEvent.StepFailed>().Where(failed => failed.Kind == ErrorKind.Denied && failed.Path != "both").Select(failed => failed.Path));
    }

    [Fact]
    public void Covered_steps_of_a_loop_are_shown_for_every_item()
    {
        var loop = """{ "id": "each", "forEach": { "items": ["a", "b"], "maxItems": 2, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/${ item }/${ index }" } } ] } }""";
        var story = Story.Of(Steps.List(Steps.Approve("each"), loop), rto: "");

        Assert.Equal("""{"each":"as written","look":{"do":"http.get","with":[{"url":"https://a.example/a/0"},{"url":"https://a.example/b/1"}]}}""", Open(story).Covered.Text);
        Assert.Equal(["each[0]/look~d.0.1.0"], story.Votes("someone").Running());
    }

    [Theory]
    [InlineData("${ abs(inputs.model) }", "${ item }")]
    [InlineData("${ keys({a: inputs.model}) }", "${ abs(item) }")]
    public void What_a_loop_would_do_and_cannot_be_shown_fails_the_question(string items, string path)
    {
        var loop = $$"""{ "id": "each", "forEach": { "items": "{{items}}", "maxItems": 2, "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/{{path}}" } } ] } }""";
        var story = Story.Of(Steps.List(Steps.Approve("each"), loop), rto: "");

        Assert.StartsWith("The inputs of look, which go covers, cannot be resolved: ", story.Last<RunEvent.StepFailed>().Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_approval_inside_an_iteration_lets_that_iteration_act_and_no_other()
    {
        var loop = $$"""{ "id": "each", "forEach": { "items": [1, 2], "maxItems": 2, "concurrency": 2, "steps": [ {{Steps.Approve("tell")}}, {{Steps.Notify("tell")}} ] } }""";
        var story = Story.Of(Steps.List(loop), rto: "");
        var second = story.Outstanding.OfType<Command.AskForVotes>().Single(ask => ask.Approval.Path == "each[1]/go").Approval;

        Assert.Equal(["each[1]/tell~d.0.1.0"], story.Votes("someone", path: second.Path, digest: second.Digest).Running());
    }

    [Fact]
    public void Others_are_asked_when_their_time_has_come_and_not_before()
    {
        var story = Story.Of(Steps.List(Steps.Approve("tell", """, "escalate": [ { "after": "PT10M", "role": "commander" }, { "after": "PT20M", "role": "approver" } ]"""), Steps.Notify("tell")), rto: "");

        Assert.Equal(["approvers"], Open(story.After("PT9M59S")).Roles);
        Assert.Equal(["approvers", "commanders"], Open(story.After("PT1S")).Roles);
        Assert.Equal(["approvers", "commanders"], Open(story.After("PT15M")).Roles);
        Assert.Equal(2, story.Events.OfType<RunEvent.ApprovalEscalated>().Count());
    }

    [Fact]
    public void What_was_decided_in_which_round_and_by_whom_is_the_steps_output() =>
        Assert.Equal("""{"result":"approved","round":1,"by":["someone"]}""", Approved().Events.OfType<RunEvent.StepSucceeded>().Single(succeeded => succeeded.Path == "go").Output.Text);

    [Theory]
    [InlineData("", "deny", "expired")]
    [InlineData(""", "onTimeout": "proceed" """, "proceed", "proceed")]
    [InlineData(""", "onTimeout": { "goto": "other" } """, "goto other", "goto")]
    public void People_are_shown_what_silence_means_and_it_is_written_down(string rule, string shown, string result)
    {
        var story = Story.Of(Steps.List(Steps.Approve("look", rule), Steps.Get("look"), Steps.Get("other")), rto: "");
        Assert.Equal(("?", shown), (Open(story).Message, Open(story).OnTimeout));

        Assert.Equal(result, story.After("PT30M").Last<RunEvent.ApprovalDecided>().Result);
    }

    [Fact]
    public void A_question_that_was_asked_too_often_is_denied_in_words()
    {
        var story = Story.Of(Steps.List(Steps.Get("look"), Steps.Approve("tell"), Told), rto: "").Succeeds("look", Body("a"));
        foreach (var what in new[] { "b", "c", "d" })
            story.Orders(new Order.Retry("look", false)).Succeeds("look", Body(what));

        Assert.Equal("denied", story.Last<RunEvent.ApprovalDecided>().Result);
        Assert.Equal("What was asked changed 3 times.", story.Last<RunEvent.StepFailed>().Message);
    }

    [Fact]
    public void One_who_holds_one_of_the_roles_may_vote() =>
        Assert.Equal(["tell~d.0.1.0"], Story.Of(Steps.List(Steps.Approve("tell"), Steps.Notify("tell")), rto: "")
            .When(Vote("someone", ["guests", "approvers"])).Running());

    [Fact]
    public void A_question_that_is_shown_is_the_same_as_long_as_nothing_of_it_changed()
    {
        var open = Open(Story.Of(Steps.List(Steps.Approve("tell"), Steps.Notify("tell")), rto: ""));

        Assert.Equal(open, open with { Message = "?" });
        Assert.All(new[] { open with { Path = "other" }, open with { Round = 2 }, open with { Digest = "" }, open with { Until = Story.Start }, open with { Roles = ["commanders"] }, null },
            other => Assert.NotEqual(open, other));
    }

    private static RunEvent.VoteCast Vote(string person, string[] roles)
    {
        var open = Open(Story.Of(Steps.List(Steps.Approve("tell"), Steps.Notify("tell")), rto: ""));
        return new("v", "go", 1, open.Digest, person, [.. roles], true, null, "api", Story.Start);
    }

    [Fact]
    public void An_approval_is_needed_by_what_it_covers_and_not_by_what_another_covers()
    {
        var second = Steps.Approve("other").Replace("\"go\"", "\"again\"", StringComparison.Ordinal);
        var story = Story.Of(Steps.List(Steps.Approve("tell"), Steps.Notify("tell"), second, Steps.Notify("other")), rto: "");
        story.When(new RunEvent.StepSkipped("go", "by hand", story.Now)).Orders(new Order.Skip("tell", false));

        Assert.Equal(["other~d.0.1.0"], story.Votes("someone").Running());
    }

    [Fact]
    public void Everything_that_changed_is_shown()
    {
        var story = Story.Of(Steps.List(Steps.Get("look"), Steps.Approve("tell\", \"other"), Told, Told.Replace("\"tell\"", "\"other\"", StringComparison.Ordinal)), rto: "").Succeeds("look", Body("a"));

        Assert.Matches("^tell would get .*; other would get .*$", story.Orders(new Order.Retry("look", false)).Succeeds("look", Body("b")).Last<RunEvent.ApprovalVoided>().What);
    }

    [Fact]
    public void What_one_of_several_open_questions_builds_on_may_be_looked_at_again()
    {
        var told = Told.Replace("${ steps.look.output.body }", "${ inputs.model } ${ steps.look.output.body }", StringComparison.Ordinal);
        var later = Steps.Approve("other").Replace("\"go\"", "\"again\"", StringComparison.Ordinal);
        var story = Story.Of(Steps.List(Steps.Get("look"), Steps.Approve("tell"), told, later, Steps.Notify("other")), rto: "").Succeeds("look", Body("a"));

        Assert.Equal(["look~d.1.1.0"], story.Orders(new Order.Retry("look", false)).Running());
    }
}
