using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Decisions;

/// <summary>What a request to start becomes, in every shell alike.</summary>
public class StartingTests
{
    private static readonly DateTimeOffset At = Story.Start;
    private static readonly RunInputs Good = new RunInputs.Accepted(JsonData.EmptyObject);

    private static StartRequest Request(RunMode mode = RunMode.Live, RunMode environment = RunMode.Live, JsonData? alert = null, DateTimeOffset? occurred = null,
        DateTimeOffset? detected = null, string? why = null, JsonData? inputs = null, string extra = "") =>
        new("request", Story.Of(Steps.List(Steps.Get("look")), rto: "", extra: extra).Run.Playbook!, Environments.Of(environment), mode, inputs ?? JsonData.EmptyObject, alert, "someone", occurred, detected, why);

    [Fact]
    public void A_plain_request_has_nothing_against_it() => Assert.Empty(Starting.Reasons(Request(), Good, At));

    [Fact]
    public void Wrong_inputs_are_all_named() =>
        Assert.Equal(["one", "two"], Starting.Reasons(Request(), new RunInputs.Refused(["one", "two"]), At));

    [Theory]
    [InlineData(RunMode.Live, RunMode.Drill, "The environment 'drill' is drill; a live run needs one of its own kind.")]
    [InlineData(RunMode.Drill, RunMode.Live, "The environment 'live' is live; a drill run needs one of its own kind.")]
    public void A_drill_never_runs_live_nor_the_other_way_round(RunMode mode, RunMode environment, string reason) =>
        Assert.Equal([reason], Starting.Reasons(Request(mode, environment), Good, At));

    [Theory]
    [InlineData(-10, null, "Say why the detection was at another time than the start.")]
    [InlineData(-10, " ", "Say why the detection was at another time than the start.")]
    [InlineData(10, "a clock", "The detection lies in the future.")]
    public void A_person_explains_an_earlier_detection_and_has_none_in_the_future(int minutes, string? why, string reason) =>
        Assert.Equal([reason], Starting.Reasons(Request(detected: At.AddMinutes(minutes), why: why), Good, At));

    [Fact]
    public void Nothing_occurs_after_it_was_detected()
    {
        const string reason = "The incident cannot have occurred after it was detected.";
        Assert.Equal([reason], Starting.Reasons(Request(occurred: At.AddMinutes(1)), Good, At));
        Assert.Equal([reason], Starting.Reasons(Request(occurred: At.AddMinutes(-5), detected: At.AddMinutes(-6), why: "seen by hand"), Good, At));
        Assert.Empty(Starting.Reasons(Request(occurred: At), Good, At));
    }

    [Fact]
    public void An_alert_is_not_refused_for_the_clock_of_its_monitor()
    {
        var ahead = Request(alert: JsonData.EmptyObject, occurred: At.AddMinutes(9), detected: At.AddMinutes(8));

        Assert.Empty(Starting.Reasons(ahead, Good, At));
        Assert.Equal(At, Starting.Detected(ahead, At));
        Assert.Equal(At.AddMinutes(8), Starting.Occurred(ahead));
    }

    [Fact]
    public void The_clock_runs_from_the_detection_and_at_the_latest_from_the_request()
    {
        Assert.Equal(At.AddMinutes(-3), Starting.Detected(Request(detected: At.AddMinutes(-3), why: "seen"), At));
        Assert.Equal(At, Starting.Detected(Request(), At));
    }

    [Fact]
    public void A_drill_that_injects_is_detected_when_its_alert_arrives()
    {
        const string drill = """ "drill": { "detectWithin": "PT5M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1H" } } ] } """;
        Assert.Null(Starting.Detected(Request(RunMode.Drill, RunMode.Drill, extra: drill), At));
        Assert.Equal(At, Starting.Detected(Request(RunMode.Drill, RunMode.Drill), At));
    }

    [Fact]
    public void Inputs_and_alert_together_have_a_size()
    {
        // {"a":"…"} has 8 bytes around the text; two objects of half the limit fill it.
        var half = JsonData.Object(("a", JsonData.Of(new string('x', Limits.InputsAndAlertMaxBytes / 2 - 8))));
        Assert.Empty(Starting.Reasons(Request(alert: half, inputs: half), Good, At));

        var more = JsonData.Object(("a", JsonData.Of(new string('x', Limits.InputsAndAlertMaxBytes / 2 - 7))));
        Assert.StartsWith($"Inputs and alert have {Limits.InputsAndAlertMaxBytes + 1} bytes", Assert.Single(Starting.Reasons(Request(alert: half, inputs: more), Good, At)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_request_has_the_same_id_and_another_has_not()
    {
        Assert.Equal(Starting.RunId(Request(), At), Starting.RunId(Request(), At.AddMilliseconds(999)));
        Assert.Matches("^story-20260112-030000-[0-9a-f]{10}$", Starting.RunId(Request(), At));
        Assert.NotEqual(Starting.RunId(Request(), At), Starting.RunId(Request() with { RequestId = "other" }, At));
    }

    [Fact]
    public void What_waits_keeps_all_that_its_start_needs()
    {
        var alert = JsonData.Object(("id", JsonData.Of("alert-7")));
        var request = Request(alert: alert, occurred: At.AddMinutes(-2), detected: At.AddMinutes(-1), why: "seen", inputs: JsonData.Object(("model", JsonData.Of("grading"))));

        Assert.Equal(new PendingStart("request", request.Playbook.Digest, request.Environment.Digest, RunMode.Live, request.Inputs, alert, "alert-7", "someone", At.AddMinutes(-2), At.AddMinutes(-1), "seen"),
            Starting.Pending(request));
    }
}
