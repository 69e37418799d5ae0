using System.Reflection;
using System.Text.RegularExpressions;
using Playbooks.Hosting;
using Playbooks.Tests.Alerts;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Cli;

/// <summary>What the page about alerts says is what the host does; its command is run by <see cref="AlertDoorTests"/>.</summary>
public partial class AlertPageTests
{
    private static readonly string Page = Repository.Read("docs/alerts.md").ReplaceLineEndings("\n");

    /// <summary>The alert on the page.</summary>
    internal static string Alert => Block("json alert");

    /// <summary>The command that sends it.</summary>
    internal static string Command => Block("sh");

    [Fact]
    public void The_alert_on_the_page_is_one() => Assert.Equal(("drift-42", "recommendations-drift"), (AzurePayload.Read(Alert).Id, AzurePayload.Read(Alert).Rule));

    [Fact]
    public void The_page_names_every_variable_and_no_other() => Assert.Equal(
        typeof(AlertSettings).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
        Variables().Matches(Page).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void The_page_names_the_door_the_caller_and_its_role() =>
        Assert.All([AlertApi.Path, AlertTokens.AzureMonitor, AlertTokens.Role, WebhookSecret.Prefix, $"at most {AlertView.PageMax}"], said => Assert.Contains(said, Page, StringComparison.Ordinal));

    private static string Block(string kind) => Page.Split($"```{kind}\n")[1].Split("```")[0];

    [GeneratedRegex("PLAYBOOKS_ALERTS_[A-Z_]+")]
    private static partial Regex Variables();
}
