using Playbooks.Core.Definitions;
using Playbooks.Web.Teams;

namespace Playbooks.Tests.Web.Teams;

/// <summary>The guide to approvals says what the code checks, in the code's order and words.</summary>
public sealed class ApprovalPageTests
{
    private static readonly string Page = Repository.Read("docs/approvals.md").ReplaceLineEndings("\n");

    [Fact]
    public void The_tables_are_the_checks_of_the_code()
    {
        Assert.Contains(Table(BotIdentity.InOrder.Select(check => (check.What, check.Reason))), Page, StringComparison.Ordinal);
        Assert.Contains(Table(CardChecks.InOrder.Select(check => (check.What, check.Reason))), Page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_numbers_are_those_of_the_code()
    {
        foreach (var said in new[]
        {
            $"at most {BotActivity.MaxBytes / 1024} KiB", $"at most {Limits.RefusalsMax} requests", $"has at most {CardPress.TextMaxCharacters} characters", $"issuer `{BotTokens.Issuer}`",
        })
            Assert.Contains(said, Page.Replace('\n', ' '), StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(4), CardDesk.AnswerWithin);
        Assert.Contains("Within four seconds", Page, StringComparison.Ordinal);
    }

    private static string Table(IEnumerable<(string What, string Reason)> rows) => "| holds | or else |\n|---|---|\n" + string.Concat(rows.Select(row => $"| {row.What} | {row.Reason} |\n")) + "\n";
}
