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
}
