using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Timing;

namespace Playbooks.Tests.Decisions;

/// <summary>Rules 2 and 3: when an attempt is made again, with what, and which report of which attempt counts.</summary>
public class BackOffTests
{
    private static readonly RetryRule Rule = new(3, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(30), [ErrorKind.Transient]);

    private static Story Of(params string[] steps) => Story.Of(Steps.List(steps), rto: "");

    private static DateTimeOffset Due(Story story, string timer) => story.Outstanding.OfType<Command.StartTimer>().Single(wanted => wanted.Id == timer).DueAt;

    private static TimeSpan BackOff(string step, int attempt, int redo = 0, int before = 0) =>
        WorstCase.LongestBackOff(Rule, attempt - before) * EffectKey.Jitter(EffectKey.Of("run-1", step, Purpose.Do, redo), attempt);

    [Fact]
    public void After_a_failure_the_back_off_counts_from_the_report()
    {
        var story = Of(Steps.Get("a", Steps.Retried)).After("PT7S").Fails("a", ErrorKind.Transient);

        Assert.Equal(Story.Start.AddSeconds(7) + BackOff("a", 1), Due(story, "retry/a~d"));
    }

    [Theory]
    [InlineData("PT0.001S", false)]
    [InlineData("PT20S", true)]
    public void The_longer_of_back_off_and_the_targets_wish_counts(string wish, bool wished)
    {
        var story = Of(Steps.Get("a", Steps.Retried)).Fails("a", ErrorKind.Throttled, wish);

        Assert.Equal(Story.Start + (wished ? TimeSpan.FromSeconds(20) : BackOff("a", 1)), Due(story, "retry/a~d"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_can_be_repeated_safely_is_tried_again_right_after_its_back_off(bool reads)
    {
        var story = Of(reads ? Steps.Get("a", Steps.Retried) : Steps.Notify("a", Steps.Retried)).After("PT1M");

        Assert.Equal(Story.Start.AddMinutes(1) + BackOff("a", 1), Due(story, "retry/a~d"));
    }

    [Fact]
    public void What_cannot_be_repeated_safely_waits_until_it_can_no_longer_act_and_longer_where_its_back_off_is()
    {
        const string patient = """, "timeout": "PT1M", "retry": { "attempts": 3, "interval": "PT1H", "maxInterval": "PT1H", "on": ["timeout"] }""";
        var story = Of(Steps.Promote("one", patient)).After("PT1M");
        var jittered = TimeSpan.FromHours(1) * EffectKey.Jitter(EffectKey.Of("run-1", "one", Purpose.Do, 0), 1);

        Assert.True(jittered > Limits.OutcomeGrace);
        Assert.Equal(Story.Start.AddMinutes(1) + jittered, Due(story, "retry/one~d"));
    }

    [Fact]
    public void A_retry_that_a_person_orders_has_all_its_attempts_again()
    {
        var story = Of(Steps.Notify("a", Steps.Retried)).Fails("a").Orders(new Order.Retry("a", false));
        Assert.Equal(["a~d.0.2.0"], story.Running());

        story.Fails("a", ErrorKind.Transient);
        Assert.Equal(Story.Start + BackOff("a", 2, before: 1), Due(story, "retry/a~d"));
        story.After("PT10S").Fails("a", ErrorKind.Transient).After("PT20S");
        Assert.Equal(["a~d.0.4.0"], story.Running());
        Assert.Equal(ErrorKind.Transient, story.Fails("a", ErrorKind.Transient).Last<RunEvent.OrderAwaited>().Kind);
    }

    [Fact]
    public void A_retry_is_no_part_of_a_stop_and_undoes_with_the_same_inputs()
    {
        var story = Of(Steps.Promote("one", Steps.Retried)).Fails("one", ErrorKind.Transient).After("PT30S");

        var again = story.Action("one");
        Assert.Equal((2, false, false), (again.Id.Attempt, again.Stopping, again.Simulate));
        Assert.False(story.Started[^1].Stopping);
        Assert.Equal("""{"model":"grading","version":1}""", again.UndoInputs!.Text);
        Assert.Equal(again.UndoInputs, story.Last<RunEvent.AttemptStarted>().UndoInputs);
    }

    [Fact]
    public void An_attempt_that_has_begun_keeps_the_key_that_was_written_down()
    {
        var told = Of(Steps.Notify("a")).Events.Select(happened => happened is RunEvent.AttemptStarted begun ? begun with { Key = "as it was" } : happened);

        Assert.Equal("as it was", Assert.Single(Decider.Decide(Decider.Fold(told)).OfType<Command.RunAction>()).Key);
    }

    [Fact]
    public void The_key_is_a_hash_of_run_step_purpose_and_redo()
    {
        Assert.Equal("5adc3fc38850e7900a3774e29117636c", EffectKey.Of("run-1", "a", Purpose.Do, 0)[..32]);
        Assert.Equal(5, new[] { ("run-1", "a", Purpose.Do, 0), ("run-2", "a", Purpose.Do, 0), ("run-1", "b", Purpose.Do, 0), ("run-1", "a", Purpose.Undo, 0), ("run-1", "a", Purpose.Do, 1) }
            .Select(of => EffectKey.Of(of.Item1, of.Item2, of.Item3, of.Item4)).Distinct().Count());
    }

    [Fact]
    public void Jitter_spreads_the_attempts() => Assert.InRange(Enumerable.Range(1, 200).Select(attempt => EffectKey.Jitter("key", attempt)).Distinct().Count(), 190, 200);

    [Fact]
    public void A_report_of_an_earlier_attempt_or_poll_changes_nothing()
    {
        var story = Of(Steps.Get("a", Steps.Retried)).Fails("a", ErrorKind.Transient).After("PT10S");
        Reports(new CommandId("a", Purpose.Do, 0, 1, 0), "a~d.0.2.0");

        story.Pends("a", "PT5S");
        Reports(new CommandId("a", Purpose.Do, 0, 2, 0), "");
        Reports(new CommandId("a", Purpose.Do, 0, 1, 1), "");
        story.After("PT5S");
        Reports(new CommandId("a", Purpose.Do, 0, 2, 0), "a~d.0.2.1");
        Reports(new CommandId("a", Purpose.Do, 0, 1, 1), "a~d.0.2.1");
        Reports(new CommandId("a", Purpose.Do, 1, 2, 1), "a~d.0.2.1");
        Reports(new CommandId("a", Purpose.Undo, 0, 2, 1), "a~d.0.2.1");

        void Reports(CommandId of, string running)
        {
            story.When(new RunEvent.ActionSucceeded(of, JsonData.EmptyObject, story.Now)).When(new RunEvent.ActionFailed(of, ErrorKind.Invalid, "stale", null, story.Now))
                .When(new RunEvent.AttemptExpired(of, ErrorKind.Timeout, story.Now)).When(new RunEvent.ActionPending(of, "stale", story.Now.AddHours(1), null, story.Now));
            Assert.Equal(running, string.Join(' ', story.Running()));
        }
    }

    [Fact]
    public void A_report_of_an_attempt_that_has_expired_counts_only_when_it_is_of_its_last_poll()
    {
        var story = Of(Steps.Promote("one", Steps.Retried)).Pends("one", "PT5S").After("PT1M");
        story.When(new RunEvent.ActionFailed(new CommandId("one", Purpose.Do, 0, 1, 0), ErrorKind.Invalid, "stale", null, story.Now));
        Assert.Equal(Story.Start.AddSeconds(90), Due(story, "retry/one~d"));

        story.When(new RunEvent.ActionFailed(new CommandId("one", Purpose.Do, 0, 1, 1), ErrorKind.Invalid, "late", null, story.Now));
        Assert.Equal(Story.Start.AddMinutes(1) + BackOff("one", 1), Due(story, "retry/one~d"));
        Assert.Equal("The answer came after the attempt's deadline.", ((Stage.Reported)((StepState.Acting)story.Run.StateOf("one")!).Stage).Message);
    }

    [Fact]
    public void An_answer_at_the_deadline_is_in_time()
    {
        Story Waits() => Of(Steps.Get("a", """, "timeout": "PT1M" """), Steps.Get("b"));
        var deadline = Story.Start.AddMinutes(1);
        var id = Waits().Action("a").Id;

        Assert.Equal(["b~d.0.1.0"], Waits().When(new RunEvent.ActionSucceeded(id, JsonData.EmptyObject, deadline)).Running());
        Assert.IsType<Stage.Pending>(((StepState.Acting)Decider.Evolve(Waits().Run, new RunEvent.ActionPending(id, "t", deadline, null, deadline)).StateOf("a")!).Stage);
    }

    [Fact]
    public void How_an_attempt_ended_without_an_answer_is_said_in_words()
    {
        Assert.Equal("It was still pending at the attempt's deadline.", Of(Steps.Get("a", """, "timeout": "PT1M" """)).Pends("a", "PT5M").After("PT1M").Last<RunEvent.StepFailed>().Message);
        Assert.Equal("Nobody knows whether it happened: the attempt never reported.",
            Of(Steps.Promote("one", """, "timeout": "PT1M" """)).Orders(new Order.Cancel()).After("PT2M").Last<RunEvent.StepFailed>().Message);

        var polled = Of(Steps.Get("a", """, "timeout": "PT1H" """));
        for (var poll = 0; poll < Limits.PollsPerAttemptMax; poll++)
            polled.Pends("a", "PT1S").After("PT1S");
        Assert.Equal("Still pending after 100 polls.", polled.Last<RunEvent.StepFailed>().Message);
    }

    [Fact]
    public void Only_a_timeout_and_an_unknown_outcome_leave_something_to_take_back()
    {
        string Step(string retries) => Steps.Promote("one", retries + """, "onFailure": "stop" """);
        Assert.Empty(Of(Step("")).Fails("one", ErrorKind.Conflict).Running());
        Assert.Equal(["one~u.0.1.0"], Of(Step("")).Fails("one", ErrorKind.Timeout).Running());
        Assert.Equal(["one~u.0.1.0"], Of(Steps.Promote("one")).Fails("one", ErrorKind.OutcomeUnknown).Orders(new Order.Cancel()).Running());
    }

    [Fact]
    public void A_new_owner_looks_first_at_what_is_overdue_and_leaves_its_own_attempts_alone()
    {
        var story = Of(Steps.Notify("a", """, "timeout": "PT1M" """));
        story.Restart("epoch:1");
        Assert.Single(story.Started);

        var late = Decider.Adopt(story.Run, "epoch:2", Story.Start.AddMinutes(1));
        Assert.Empty(late.Start);
        Assert.Equal(ErrorKind.Timeout, late.Appended.OfType<RunEvent.AttemptExpired>().Single().Kind);
        Assert.All(late.Appended, happened => Assert.Equal(Story.Start.AddMinutes(1), happened.At));
        Assert.Equal("restart", late.Appended.OfType<RunEvent.TimerFired>().Single().Id);
    }

    [Fact]
    public void Nobody_takes_over_an_attempt_without_being_a_new_owner() =>
        Assert.Empty(Decider.React(Of(Steps.Notify("a")).Run, [new RunEvent.TimerFired("t", Story.Start)], "epoch:2").Start);

    [Fact]
    public void A_poll_that_is_taken_over_keeps_its_token() =>
        Assert.Equal("halfway", Of(Steps.Notify("a")).Pends("a", "PT5S", "halfway").After("PT5S").Restart("epoch:2").Action("a").Token);

    [Fact]
    public void A_run_that_has_not_begun_or_is_parked_wants_nothing()
    {
        Assert.Empty(Decider.Decide(Run.Empty));
        Assert.Empty(Decider.Decide(Decider.Evolve(Of(Steps.Notify("a")).Run, new RunEvent.RunParked("why", Story.Start))));
    }

    [Fact]
    public void A_retry_again_waits_as_long_and_what_went_before_leaves_nothing_to_take_back()
    {
        var story = Of(Steps.Promote("one", """, "timeout": "PT1M" """)).After("PT1M").Orders(new Order.Retry("one", Again: true)).After("PT29S");
        Assert.Single(story.Started);
        Assert.Equal(["one~d.1.1.0"], story.After("PT1S").Running());

        story.Fails("one", ErrorKind.Conflict).Orders(new Order.Cancel()).After("PT1M");
        Assert.True(story.Run.HasEnded);
        Assert.DoesNotContain(story.Started, start => start.Id.Purpose == Purpose.Undo);
    }

    [Fact]
    public void A_clock_that_was_set_back_does_not_take_a_run_back()
    {
        var story = Of(Steps.Notify("a")).After("PT1M").Orders(new Order.Pause());
        var adopted = Decider.Adopt(story.Run, "epoch:2", Story.Start);

        Assert.All(adopted.Appended, happened => Assert.Equal(Story.Start.AddMinutes(1), happened.At));
        Assert.Equal(Story.Start.AddMinutes(1), Decider.Evolve(story.Run, new RunEvent.TimerFired("t", Story.Start)).Now);
    }

    [Fact]
    public void What_another_owner_takes_over_is_its_own_from_then_on()
    {
        var story = Of(Steps.Notify("a")).Restart("epoch:2");

        Assert.Equal("epoch:2", ((Stage.Running)((StepState.Acting)story.Run.StateOf("a")!).Stage).Owner);
        Assert.Empty(Decider.Adopt(story.Run, "epoch:2", story.Now).Start);
    }
}
