using Playbooks.Connectors.DeadLetters;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.DeadLetters;

public class SortingTests
{
    private const int MaxAttempts = 3;
    private static readonly DateTimeOffset At = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, ConsumerKind, string, string> Rules => new()
    {
        { "an erased subject is dropped, whatever the filter says", ConsumerKind.Keyed, "erased skip", "Dropped erased" },
        { "an erased subject is dropped, though it may have been sent", ConsumerKind.Keyed, "erased doubt", "Dropped erased" },
        { "what may have been sent goes again where the consumer knows keys", ConsumerKind.Keyed, "doubt", "Held " },
        { "what may have been sent is for a person elsewhere", ConsumerKind.Unkeyed, "doubt", "Quarantined outcome-unknown" },
        { "what the filter does not take is held", ConsumerKind.Keyed, "skip", "Held filter" },
        { "spent attempts are quarantined", ConsumerKind.Keyed, "spent", "Quarantined attempts" },
        { "the rest waits", ConsumerKind.Keyed, "", "Held " },
    };

    [Theory, MemberData(nameof(Rules))]
    public void Each_letter_gets_one_state(string why, ConsumerKind consumer, string kind, string expected)
    {
        var row = Row("1") with
        {
            Subject = kind.Contains("erased", StringComparison.Ordinal) ? "gone" : "here",
            Attempts = kind == "spent" ? MaxAttempts : 0,
            Intent = kind == "spent" ? MaxAttempts : kind.Contains("doubt", StringComparison.Ordinal) ? 1 : 0,
        };
        var sorted = Sort(consumer, (row, !kind.Contains("skip", StringComparison.Ordinal)));
        Assert.True(expected == $"{sorted[0].State} {sorted[0].Why}", why);
        Assert.Equal("step-2", sorted[0].Step);
    }

    [Fact]
    public void Of_one_key_the_letter_that_was_replayed_most_stands_for_all()
    {
        var sorted = Sort(ConsumerKind.Keyed, (Row("1"), true), (Row("2") with { Attempts = 1, Intent = 1, EnqueuedAt = At.AddHours(1) }, true));
        Assert.Equal(["2 Held", "1 Dropped"], sorted.Select(row => $"{row.Id} {row.State}"));
    }

    [Fact]
    public void A_letter_that_the_filter_skips_stands_for_nobody() =>
        Assert.Equal(["Held filter", "Held "], Sort(ConsumerKind.Keyed, (Row("1"), false), (Row("2"), true)).Select(row => $"{row.State} {row.Why}"));

    private static IReadOnlyList<LedgerRow> Sort(ConsumerKind consumer, params (LedgerRow, bool)[] rows) =>
        Sorting.Sort(rows, "step-2", consumer, MaxAttempts, subject => subject == "gone");

    private static LedgerRow Row(string id) => new(id, "step-1", LetterState.Held, Why.Waiting, "key", null, null, "timeout", At, At, 0);
}
