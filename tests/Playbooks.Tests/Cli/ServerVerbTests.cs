using System.Net;
using Playbooks.Cli;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Web;
using Playbooks.Tests.Web.Access;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Cli;

/// <summary>Verbs that speak to a host elsewhere, with a real host at the other end. Alone, because the token is a variable of the process.</summary>
[Collection(nameof(ServerVerbTests))]
[CollectionDefinition(nameof(ServerVerbTests), DisableParallelization = true)]
public sealed class ServerVerbTests : IAsyncLifetime
{
    private ApiWorld api = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => api = await ApiWorld.OpenAsync();

    public ValueTask DisposeAsync()
    {
        Environment.SetEnvironmentVariable(ServerLogin.TokenVariable, null);
        return api.DisposeAsync();
    }

    public static TheoryData<AccessRole, Operation> Cells()
    {
        var cells = new TheoryData<AccessRole, Operation>();
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            foreach (var operation in new[] { Operation.ViewRuns, Operation.ViewAlerts, Operation.StartRun, Operation.Vote, Operation.ConfirmTask, Operation.GiveOrder })
                cells.Add(role, operation);
        }
        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_of_the_table_holds_from_the_command_line(AccessRole role, Operation operation)
    {
        var run = Wish.RunFor(api.World, operation);
        var allowed = AccessTable.RolesFor(operation).Contains(role);
        string[][] verbs = operation switch
        {
            Operation.ViewRuns => [["runs"], ["show", run]],
            Operation.ViewAlerts => [["alerts"]],
            Operation.StartRun => [["run", "ask", "-e", "campus"]],
            // Who votes must see first what they vote on, which every role may.
            Operation.Vote => [["approve", run]],
            Operation.ConfirmTask => [["task", run, "call", "-m", "Called."]],
            _ => [["pause", run, "-m", "because"], ["resume", run, "-m", "because"], ["skip", run, "call", "-m", "because"], ["cancel", run, "-m", "because"]],
        };
        foreach (var verb in verbs)
        {
            var said = await OfAsync(role, verb);
            Assert.True(allowed == (said.ExitCode == ExitCodes.Ok), $"{string.Join(' ', verb)}: {said}");
            if (!allowed)
                Assert.Equal((ExitCodes.NotGood, true), (said.ExitCode, said.Error.StartsWith("Refused: ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Runs_and_a_run_are_shown_as_those_of_a_journal_are()
    {
        var (first, second) = (api.World.Start(), api.World.Start());
        var listed = (await OfAsync(AccessRole.Auditor, "runs")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((2, true, true), (listed.Length, listed[0].StartsWith(first, StringComparison.Ordinal), listed[1].Contains($"{second}  ask 1.0.0  live in campus  recovering  waits for votes of approvers on go", StringComparison.Ordinal)));
        Assert.Contains("Go on?", (await OfAsync(AccessRole.Auditor, "show", first)).Output, StringComparison.Ordinal);
        Assert.Contains($"\"runId\":\"{first}\"", (await OfAsync(AccessRole.Auditor, "show", first, "--json")).Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.WrongInput, "The host answers 404: There is no run nowhere."), (await OfAsync(AccessRole.Auditor, "show", "nowhere")) is var missing ? (missing.ExitCode, missing.Error.Trim()) : default);
    }

    [Fact]
    public async Task A_no_from_the_command_line_ends_it()
    {
        var run = api.World.Start();
        Assert.Contains("Taken.", (await OfAsync(AccessRole.Approver, "reject", run, "-m", "No.")).Output, StringComparison.Ordinal);
        Assert.Equal((false, "No.", "api"), api.World.Runs.EventsOf(run).OfType<RunEvent.VoteCast>().Select(vote => (vote.Approves, vote.Comment!, vote.Via)).Single());
    }

    [Theory]
    [InlineData("http://playbooks.university.example", "over http")]
    [InlineData("http://10.0.0.7:8080", "over http")]
    [InlineData("http://localhost.university.example", "over http")]
    [InlineData("https://playbooks.university.example/path", "no more")]
    [InlineData("https://key@playbooks.university.example", "no more")]
    [InlineData("playbooks.university.example", "no more")]
    [InlineData("ftp://playbooks.university.example", "no more")]
    public async Task Nothing_is_sent_where_others_could_read_it(string address, string words)
    {
        Environment.SetEnvironmentVariable(ServerLogin.TokenVariable, "a secret token");
        foreach (var login in new string[][] { [], ["--login"] })
        {
            var said = await CliRun.OfAsync(["runs", "--server", address, .. login]);
            Assert.Equal(ExitCodes.WrongInput, said.ExitCode);
            Assert.Contains(words, said.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", said.Error + said.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_token_it_says_where_one_comes_from()
    {
        var said = await CliRun.OfAsync("runs", "--server", $"{api.Url}");
        Assert.Equal((ExitCodes.WrongInput, true), (said.ExitCode, said.Error.Contains(ServerLogin.TokenVariable, StringComparison.Ordinal)));
        Environment.SetEnvironmentVariable(ServerLogin.TokenVariable, "another key");
        Assert.Equal(ExitCodes.NotAvailable, (await CliRun.OfAsync("runs", "--server", $"{api.Url}")).ExitCode);
        Environment.SetEnvironmentVariable(ServerLogin.TokenVariable, ApiWorld.Key);
        Assert.Equal(ExitCodes.Ok, (await CliRun.OfAsync("runs", "--server", $"{api.Url}")).ExitCode);
        Assert.Equal(ExitCodes.WrongInput, (await CliRun.OfAsync("approve", "run-1", "--login")).ExitCode);
    }

    [Fact]
    public async Task With_login_it_gets_a_token_for_the_scope_that_the_host_names()
    {
        var asked = new List<(string, string)>();
        var address = await ServerLogin.ToAsync($"{api.Url}", login: true, _ => "unused", (tenant, scope, _) =>
        {
            asked.Add((tenant, scope));
            return Task.FromResult(api.TokenOf(AccessRole.Auditor));
        }, Cancelled);

        Assert.Equal([($"{TokenMint.Tenant}", $"api://{TokenMint.Audience}/Playbooks.Use")], asked);
        using var client = RunClient.Connect(address);
        Assert.Empty(await client.RunsAsync(Cancelled));
    }

    [Theory]
    [InlineData("""{ "tenant": "0a5c4cf7-1f5e-4b8e-9d25-0b8f7c2f10aa", "scope": "https://management.azure.com/.default" }""")]
    [InlineData("""{ "tenant": "0a5c4cf7-1f5e-4b8e-9d25-0b8f7c2f10aa", "scope": "api://5f3d1c9e-6b8a-4f0c-8f2b-3a1d2e4c5b6a/.default" }""")]
    [InlineData("""{ "tenant": "0a5c4cf7-1f5e-4b8e-9d25-0b8f7c2f10aa", "scope": "api://5f3d1c9e-6b8a-4f0c-8f2b-3a1d2e4c5b6a/Playbooks.Use https://graph.microsoft.com/.default" }""")]
    [InlineData("""{ "tenant": "common", "scope": "api://5f3d1c9e-6b8a-4f0c-8f2b-3a1d2e4c5b6a/Playbooks.Use" }""")]
    [InlineData("{ }")]
    public async Task A_host_that_names_the_scope_of_something_else_gets_no_token(string told)
    {
        using var listener = new HttpListener();
        var port = FreePort();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var answering = Task.Run(async () =>
        {
            var context = await listener.GetContextAsync();
            context.Response.ContentType = "application/json";
            await context.Response.OutputStream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(told), Cancelled);
            context.Response.Close();
        }, Cancelled);
        var refused = await Assert.ThrowsAsync<CliException>(() => ServerLogin.ToAsync($"http://127.0.0.1:{port}", login: true, _ => null, (_, _, _) => throw new InvalidOperationException("It asked for one."), Cancelled));
        Assert.Contains("takes no tokens", refused.Message, StringComparison.Ordinal);
        await answering;
    }

    private Task<CliRun> OfAsync(AccessRole role, params string[] verb)
    {
        Environment.SetEnvironmentVariable(ServerLogin.TokenVariable, api.TokenOf(role));
        return CliRun.OfAsync([.. verb, "--server", $"{api.Url}"]);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
