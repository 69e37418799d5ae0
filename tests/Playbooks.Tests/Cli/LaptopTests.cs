using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Sqlite;
using Playbooks.Tests.Web.SignIn;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.SignIn;

namespace Playbooks.Tests.Cli;

/// <summary>What the README does on a laptop, with the shipped playbook and environment: an alert five times, one run, two people, an end.</summary>
public sealed class LaptopTests : IAsyncLifetime
{
    private readonly PlaybookFolder folder = new();
    private EmbeddedHost host = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (workspace, library) = (Workspace.At(Path.Combine(folder.Path, ".playbooks")), LibraryFolder.Find(CliRun.Playbooks));
        host = await EmbeddedHost.OpenAsync(workspace, library, library.LoadEnvironment("development"), TimeProvider.System, 0, [library.Load("manual-recovery"), library.Load("model-corruption")]);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task An_alert_five_times_starts_one_run_which_two_people_bring_to_its_end()
    {
        if (!Array.TrueForAll(["sh", "curl", "node"], OnPath))
            Assert.Skip("The README's command wants sh, curl and node.");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var handling = host.Alerts!.RunAsync(stop.Token);
        var said = await ShellAsync(Block("sh alert").Replace("http://127.0.0.1:8080/", $"{host.Server.Url}", StringComparison.Ordinal));
        Assert.Equal((5, 1), (said.Split("\"delivery\"").Length - 1, said.Split("\"new\":true").Length - 1));

        var run = await StartedAsync();
        await EngineHarness.UntilAsync(host.Engine, run, happened => happened is RunEvent.ApprovalOpened);
        Assert.Single(await host.Engine.ListAsync(Cancelled));

        using var starter = await SignedInAsync("dev:auditor");
        var open = JsonNode.Parse((await starter.GetAsync($"/api/v1/runs/{run}")).Text)!["approvals"]![0]!;
        Assert.Equal("Take the exam planner out of service and let people decide in its place?", (string)open["message"]!);
        var vote = new VoteBody("vote-1", (string)open["path"]!, (int)open["round"]!, (string)open["digest"]!, true, null);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(starter, $"/api/v1/runs/{run}/votes", vote)).Status);

        using var approver = await SignedInAsync("dev:approver");
        Assert.Contains("\"accepted\":true", (await PostAsync(approver, $"/api/v1/runs/{run}/votes", vote)).Text, StringComparison.Ordinal);
        await EngineHarness.UntilAsync(host.Engine, run, happened => happened is RunEvent.StepStarted { Path: "takeOut" });
        using var hands = await SignedInAsync("dev:operator");
        Assert.Contains("\"accepted\":true", (await PostAsync(hands, $"/api/v1/runs/{run}/tasks", new TaskBody("takeOut", "Switched off at the plug."))).Text, StringComparison.Ordinal);
        await EngineHarness.UntilAsync(host.Engine, run, happened => happened is RunEvent.RunEnded);

        var events = (await host.Engine.ReadAsync(run, 1, Cancelled)).Select(stored => stored.Event).ToList();
        Assert.Equal(RunOutcome.Completed, events.OfType<RunEvent.RunEnded>().Single().Outcome);
        Assert.Equal([("dev:approver", "page")], events.OfType<RunEvent.VoteCast>().Select(cast => (cast.Person, cast.Via)));
        Assert.Equal([("dev:auditor", "vote")], events.OfType<RunEvent.RequestRefused>().Select(refused => (refused.Person, refused.Operation)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handling);
    }

    [Fact]
    public void The_README_serves_what_the_environment_is_called() =>
        Assert.Equal("dotnet run --project src/Playbooks.Cli -- serve -e development --port 8080\n", Repository.Read("README.md").ReplaceLineEndings("\n").Split("```sh\n").Skip(1).Select(part => part.Split("```")[0]).Single(block => block.Contains("serve", StringComparison.Ordinal)));

    [Fact]
    public void The_environment_has_a_person_for_every_role_and_shares_nothing_with_the_drill()
    {
        var library = LibraryFolder.Find(CliRun.Playbooks);
        var (development, drill) = (library.LoadEnvironment("development"), library.LoadEnvironment("drill"));
        Assert.Equal(SignInWay.Development, development.SignIn);
        Assert.All(Enum.GetValues<AccessRole>(), role => Assert.Contains(development.Access[role].SelectMany(group => development.Roles[group]), person => person == $"dev:{WireName.Of(role)}"));
        Assert.Empty(EnvironmentSet.Check([new(development, "development.json"), new(drill, "drill.json")]));
        Assert.Empty(EnvironmentFit.Check(library.Load("manual-recovery"), development, "manual-recovery", asDrill: false));
    }

    private async Task<string> StartedAsync()
    {
        while (true)
        {
            if (await host.Engine.ListAsync(Cancelled) is [var run, ..])
                return run.RunId;
            await Task.Yield();
            Cancelled.ThrowIfCancellationRequested();
        }
    }

    private async Task<Browser> SignedInAsync(string person)
    {
        var browser = new Browser(host.Server.Url, TimeProvider.System);
        await browser.SignInAsync(person);
        return browser;
    }

    /// <summary>As a script of our page does; the token is the one of the page with which they signed in, renewed for who they are now.</summary>
    private static async Task<(HttpStatusCode Status, Uri? Location, string Text)> PostAsync<T>(Browser browser, string path, T body)
    {
        var token = await browser.FormTokenAsync();
        return await browser.SendAsync(HttpMethod.Post, path, request =>
        {
            request.Content = JsonContent.Create(body, options: WireJson.Options);
            request.Headers.Add(SignInSessions.AntiforgeryHeader, token);
        });
    }

    private async Task<string> ShellAsync(string command)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh") { ArgumentList = { "-c", command }, WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(Cancelled), shell.StandardError.ReadToEndAsync(Cancelled));
        await shell.WaitForExitAsync(Cancelled);
        Assert.Equal(("", 0), (await error, shell.ExitCode));
        return await output;
    }

    private static string Block(string kind) => Repository.Read("README.md").ReplaceLineEndings("\n").Split($"```{kind}\n")[1].Split("```")[0];

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
