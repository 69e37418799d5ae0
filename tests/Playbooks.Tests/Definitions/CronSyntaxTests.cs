using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class CronSyntaxTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("* * * *", false)]
    [InlineData("* * * * * *", false)]
    [InlineData("60 * * * *", false)]
    [InlineData("* 24 * * *", false)]
    [InlineData("* * 0 * *", false)]
    [InlineData("* * 32 * *", false)]
    [InlineData("* * * 13 *", false)]
    [InlineData("* * * * 8", false)]
    [InlineData("5-1 * * * *", false)]
    [InlineData("1-2-3 * * * *", false)]
    [InlineData("*/0 * * * *", false)]
    [InlineData("1, * * * *", false)]
    [InlineData("a * * * *", false)]
    [InlineData("0 0 1 MAR-2 *", false)]
    [InlineData("* * * * *", true)]
    [InlineData("0 0 1 5-JUN *", true)]
    [InlineData("0 4 * * 2", true)]
    [InlineData("*/15 0-6,20 1,15 JAN-MAR MON", true)]
    [InlineData("0  4 * * 7", true)]
    public void Five_fields_within_their_bounds(string cron, bool valid) => Assert.Equal(valid, CronSyntax.Problem(cron) is null);

    [Fact]
    public void Every_month_and_day_has_its_word()
    {
        string[] months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
        string[] days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

        Assert.All(months.Index(), month => Assert.Equal((null, false), (CronSyntax.Problem($"0 0 1 {month.Index + 1}-{month.Item} *"), CronSyntax.Problem($"0 0 1 {month.Index + 2}-{month.Item} *") is null)));
        Assert.All(days.Index(), day => Assert.Equal((null, false), (CronSyntax.Problem($"0 0 * * {day.Index}-{day.Item}"), CronSyntax.Problem($"0 0 * * {day.Index + 1}-{day.Item}") is null)));
    }

    [Theory]
    [InlineData("60 * * * *", "'60' is no minute (0 to 59).")]
    [InlineData("* 24 * * *", "'24' is no hour (0 to 23).")]
    [InlineData("* * 0 * *", "'0' is no day of month (1 to 31).")]
    [InlineData("* * * 13 *", "'13' is no month (1 to 12).")]
    [InlineData("* * * * 8", "'8' is no day of week (0 to 7).")]
    [InlineData("* * * *", "It has 4 fields instead of 5.")]
    public void The_field_that_is_wrong_is_named(string cron, string problem) => Assert.Equal(problem, CronSyntax.Problem(cron));
}
