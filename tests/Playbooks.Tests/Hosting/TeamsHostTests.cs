using Playbooks.Cli.Host;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;
using Playbooks.Hosting;
using Playbooks.Tests.Definitions;

namespace Playbooks.Tests.Hosting;

public class TeamsHostTests
{
    [Fact]
    public void An_environment_without_the_block_has_its_people_at_the_terminal() => Assert.Null(Of(EnvironmentText.Valid(EnvironmentText.Drill)));

    [Fact]
    public void What_the_block_refers_to_must_be_there_before_any_run_is_taken_up()
    {
        var wrong = Assert.Throws<HostSettingException>(() => Of(InTeams("\"secret\": \"env:PLAYBOOKS_TEST_NOT_SET\"")));
        Assert.Equal("The teams block of drill: The secret env:PLAYBOOKS_TEST_NOT_SET cannot be had: the variable is not set.", wrong.Message);
        Assert.Contains("env:PLAYBOOKS_TEST_NOT_SET_EITHER", Assert.Throws<HostSettingException>(() => Of(InTeams("\"sms\": \"env:PLAYBOOKS_TEST_NOT_SET_EITHER\""))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bot_that_would_send_its_token_elsewhere_is_not_made() =>
        Assert.Contains("no address of the Bot Connector", Assert.Throws<HostSettingException>(() => Of(InTeams("\"serviceUrl\": \"https://evil.example/\""))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_channel_at_the_terminal_stays_there()
    {
        var (terminal, lines) = (new TerminalPeople(), new List<string>());
        terminal.Say = lines.Add;
        using var teams = Of(InTeams("\"mailFrom\": \"recovery@university.example\""), terminal)!;
        Assert.Equal("terminal", await teams.NotifyAsync("screen", "hello", TestContext.Current.CancellationToken));
        Assert.Equal(["#screen: hello"], lines);
    }

    private static TeamsHost? Of(DeploymentEnvironment environment, TerminalPeople? terminal = null) =>
        TeamsHost.Of(environment, new Secrets(), () => throw new InvalidOperationException(), terminal ?? new TerminalPeople(), TimeProvider.System);

    private static DeploymentEnvironment InTeams(string more) => EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", $$"""
        "channels": { "incidents": { "kind": "teams", "channel": "19:a@thread.tacv2" }, "screen": { "kind": "terminal" } },
        "teams": { "tenant": "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f10", "app": "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11", "channel": "incidents", "pages": "https://recovery.university.example", {{more}} }
        """, StringComparison.Ordinal));
}
