using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Tests.Timing;

public class WorstCaseTests
{
    private static readonly RetryRule ThreeAttempts = new(3, Seconds(5), 2, Seconds(30), [ErrorKind.Transient]);

    [Theory]
    [InlineData("model.verify", 60, 60)]
    [InlineData("model.isolate", 60, 60)]
    // Neither keyed: 30 s until a lost attempt's outcome is known.
    [InlineData("artifacts.restore", 60, 90)]
    [InlineData("http.request", 60, 90)]
    public void An_action_takes_its_timeout_and_the_grace_of_an_effect_without_key(string action, int timeout, int expected) =>
        Assert.Equal(Seconds(expected), WorstCase.Of(Do(action, timeout, RetryRule.Once)));

    [Fact]
    public void Retries_add_their_attempts_and_back_offs_at_full_jitter() =>
        Assert.Equal(Seconds(3 * 60 + 5 + 10), WorstCase.Of(Do("model.verify", 60, ThreeAttempts)));

    [Fact]
    public void A_back_off_counts_as_the_longest_where_throttled_is_tried_again() =>
        Assert.Equal(Seconds(3 * 60 + 2 * 30), WorstCase.Of(Do("model.verify", 60, ThreeAttempts with { On = [ErrorKind.Throttled] })));

    [Fact]
    public void Back_offs_stop_growing_at_the_longest_interval() =>
        Assert.Equal(Seconds(6 * 1 + 5 + 10 + 20 + 30 + 30), WorstCase.Of(Do("model.verify", 1, ThreeAttempts with { Attempts = 6 })));

    [Fact]
    public void Parallel_takes_its_longest_branch_and_the_drain_of_the_others() =>
        Assert.Equal(Seconds(120 + 30), WorstCase.Of(new Step.Parallel
        {
            Id = "both", Join = Join.All, Branches = [new("a", [Verify(60)]), new("b", [Verify(60), Verify(60)])],
        }));

    [Theory]
    [InlineData(3, 1, 3 * 60)]
    [InlineData(3, 2, 2 * 60 + 30)]
    [InlineData(4, 2, 2 * 60 + 30)]
    [InlineData(5, 2, 3 * 60 + 30)]
    public void ForEach_takes_its_body_once_for_each_full_round(int maxItems, int concurrency, int expected) =>
        Assert.Equal(Seconds(expected), WorstCase.Of(ForEach(maxItems, concurrency, Verify(60))));

    [Fact]
    public void Repeat_takes_its_body_and_pause_for_each_round() =>
        Assert.Equal(Seconds(4 * 70), WorstCase.Of(new Step.Repeat
        {
            Id = "again", Steps = [Verify(60)], Until = null!, MaxTimes = 4, Every = Seconds(10),
        }));

    [Fact]
    public void Switch_takes_its_longest_arm_and_try_its_body_and_longest_catch()
    {
        Assert.Equal(Seconds(60), WorstCase.Of(new Step.Switch { Id = "which", Arms = [new(null!, [Verify(20)])], Default = [Verify(60)] }));
        Assert.Equal(Seconds(100), WorstCase.Of(new Step.Try
        {
            Id = "careful", Steps = [Verify(60)], Catch = [new([ErrorKind.Denied], [Verify(10)]), new([], [Verify(40)])],
        }));
    }

    [Fact]
    public void The_timeout_of_a_block_and_the_grace_after_it_bound_its_body() =>
        Assert.Equal(Seconds(90 + 30), WorstCase.Of(ForEach(100, 1, Verify(60)) with { Timeout = Seconds(90) }));

    [Fact]
    public void Sums_beyond_reason_stop_at_the_longest_duration_there_is()
    {
        Step step = Do("model.verify", 30 * 86_400, ThreeAttempts with { Attempts = 100 });
        for (var depth = 0; depth < 8; depth++)
            step = ForEach(1_000, 1, step);

        Assert.Equal(TimeSpan.MaxValue, WorstCase.Of(step));
    }

    [Fact]
    public void What_remains_counts_up_to_the_step_that_recovers()
    {
        ImmutableArray<Step> steps = [Verify(1) with { Id = "a" }, Verify(2) with { Id = "b" }, Verify(4) with { Id = "c", Recovers = true }, Verify(8) with { Id = "d" }];

        Assert.Equal(Seconds(7), WorstCase.RemainingToRecovery(steps, _ => false));
        Assert.Equal(Seconds(4), WorstCase.RemainingToRecovery(steps, id => id is "a" or "b"));
        Assert.Equal(Seconds(0), WorstCase.RemainingToRecovery(steps, id => id is "a" or "b" or "c"));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private static Step.Do Verify(int timeout) => Do("model.verify", timeout, RetryRule.Once);

    private static Step.Do Do(string action, int timeout, RetryRule retry) =>
        new() { Id = "step", Action = Catalogue.Find(action)!, With = [], Timeout = Seconds(timeout), Retry = retry };

    private static Step.ForEach ForEach(int maxItems, int concurrency, Step body) =>
        new() { Id = "each", Items = new JsonTemplate.Literal(Core.Json.JsonData.EmptyArray), MaxItems = maxItems, Concurrency = concurrency, Steps = [body] };
}
