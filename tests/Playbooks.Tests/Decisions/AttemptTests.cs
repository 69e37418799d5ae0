using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Tests.Decisions;

/// <summary>Rules 2 and 3: keys, attempts, polls, back-off.</summary>
public class AttemptTests
{
    [Fact]
    public void Every_attempt_and_poll_of_a_step_has_the_same_key()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell", Steps.Retried)), rto: "");
        var key = story.Action("tell").Key;

        story.Fails("tell", ErrorKind.Transient).After("PT30S").Pends("tell", "PT5S").After("PT5S");

        Assert.Equal(["tell~d.0.2.1"], story.Running());
        Assert.All(story.Started, start => Assert.Equal(key, start.Key));
    }

    [Fact]
    public void A_poll_keeps_the_token_and_the_deadline_of_its_attempt()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell", Steps.Retried)), rto: "");
        var deadline = story.Action("tell").Deadline;

        story.Pends("tell", "PT20S", "halfway").After("PT20S");

        Assert.Equal(("halfway", deadline), (story.Action("tell").Token, story.Action("tell").Deadline));
        Assert.Equal(Story.Start.AddMinutes(1), deadline);
    }

    [Fact]
    public void An_attempt_is_asked_a_hundred_times_at_most()
    {
        var story = Story.Of(Steps.List(Steps.Get("look", """, "timeout": "PT1H" """)), rto: "");

        for (var poll = 0; poll < Limits.PollsPerAttemptMax; poll++)
            story.Pends("look", "PT1S").After("PT1S");

        Assert.Equal(Limits.PollsPerAttemptMax, story.Started.Count);
        Assert.Equal(ErrorKind.Timeout, story.Last<RunEvent.StepFailed>().Kind);
    }

    [Fact]
    public void An_answer_after_the_deadline_is_a_timeout_though_no_timer_came_first()
    {
        var story = Story.Of(Steps.List(Steps.Get("look", """, "timeout": "PT1M" """)), rto: "");

        story.When(new RunEvent.ActionSucceeded(story.Action("look").Id, Core.Json.JsonData.EmptyObject, Story.Start.AddSeconds(61)));

        Assert.Equal(ErrorKind.Timeout, story.Last<RunEvent.StepFailed>().Kind);
    }

    [Fact]
    public void A_wish_to_be_left_alone_is_kept_up_to_the_longest_interval()
    {
        var story = Story.Of(Steps.List(Steps.Get("look", Steps.Retried)), rto: "");

        story.Fails("look", ErrorKind.Throttled, "PT10M").After("PT29S");
        Assert.Empty(story.Running());
        story.After("PT1S");

        Assert.Equal(["look~d.0.2.0"], story.Running());
    }

    [Fact]
    public void A_kind_that_the_retry_does_not_name_is_not_tried_again()
    {
        var story = Story.Of(Steps.List(Steps.Get("look", Steps.Retried)), rto: "");

        story.Fails("look", ErrorKind.Integrity);

        Assert.Equal((ErrorKind.Integrity, 1), (story.Last<RunEvent.StepFailed>().Kind, story.Started.Count));
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(3, 30)]
    [InlineData(50, 30)]
    public void A_back_off_grows_to_its_bound(int attempt, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds),
        WorstCase.LongestBackOff(new RetryRule(3, TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(30), []), attempt));

    [Fact]
    public void Jitter_is_a_part_of_the_back_off_and_always_the_same()
    {
        Assert.All(Enumerable.Range(1, 200), attempt =>
        {
            Assert.InRange(EffectKey.Jitter("key", attempt), 0, 0.9999999999999999);
            Assert.Equal(EffectKey.Jitter("key", attempt), EffectKey.Jitter("key", attempt));
        });
    }

    [Fact]
    public void A_timed_out_effect_that_is_not_keyed_is_tried_again_when_it_can_no_longer_act()
    {
        var story = Story.Of(Steps.List(Steps.Promote("restore", Steps.Retried)), rto: "");

        story.After("PT1M29S");
        Assert.Single(story.Started);
        story.After("PT1S");

        Assert.Equal(["restore~d.0.2.0"], story.Running());
    }

    [Fact]
    public void A_retry_that_a_person_orders_waits_as_long()
    {
        var story = Story.Of(Steps.List(Steps.Promote("restore", """, "timeout": "PT1M" """)), rto: "");

        story.After("PT1M").Orders(new Order.Retry("restore", Again: false)).After("PT29S");
        Assert.Single(story.Started);
        story.After("PT1S");

        Assert.Equal(["restore~d.0.2.0"], story.Running());
        Assert.Equal(story.Started[0].Key, story.Started[1].Key);
    }

    [Fact]
    public void A_retry_again_has_a_new_key()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell")), rto: "");

        story.Fails("tell").Orders(new Order.Retry("tell", Again: true));

        Assert.Equal(["tell~d.1.1.0"], story.Running());
        Assert.NotEqual(story.Started[0].Key, story.Started[1].Key);
    }

    [Fact]
    public void What_cannot_be_repeated_is_not_run_again_after_a_restart_and_a_person_is_asked()
    {
        var story = Story.Of(Steps.List(Steps.Post("send", """, "onFailure": "stop" """)), rto: "");

        story.Restart("epoch:2");

        Assert.Single(story.Started);
        Assert.Equal(ErrorKind.OutcomeUnknown, story.Last<RunEvent.OrderAwaited>().Kind);
    }

    [Fact]
    public void What_is_keyed_is_run_again_under_the_same_id_after_a_restart()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell")), rto: "");

        story.Restart("epoch:2");

        Assert.Equal(2, story.Started.Count);
        Assert.Equal((story.Started[0].Id, story.Started[0].Key, story.Started[0].Deadline), (story.Started[1].Id, story.Started[1].Key, story.Started[1].Deadline));
    }

    [Fact]
    public void A_question_lasts_once_and_a_retry_does_not_renew_it()
    {
        var story = Story.Of(Steps.List(Steps.Notify("tell", """, "askWithin": "PT10M" """)), rto: "");

        story.Fails("tell").After("PT9M").Orders(new Order.Retry("tell", Again: false)).Fails("tell").After("PT1M");

        Assert.Equal("stop", story.Last<RunEvent.StepFailed>().Then);
        Assert.Equal(Story.Start.AddMinutes(10), story.Last<RunEvent.OrderAwaited>().Until);
    }
}
