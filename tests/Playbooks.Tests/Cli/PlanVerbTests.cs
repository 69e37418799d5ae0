using System.Text.Json.Nodes;
using Playbooks.Cli.Host;

namespace Playbooks.Tests.Cli;

/// <summary>An environment whose targets can be looked at without a network, so that a plan can be ready here.</summary>
public sealed class PlanVerbTests : IDisposable
{
    private const string Playbook = """
        { "playbook": "tell", "version": "1.0.0", "title": "t", "inputs": { "who": { "type": "string" } }, "steps": [
          { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } },
          { "id": "say", "do": "notify", "with": { "channel": "incidents", "text": "${ inputs.who } ${ steps.look.output.status }" } } ] }
        """;

    private const string Live = """
        { "name": "live", "kind": "live",
          "storage": { "main": { "connectionString": "env:PLAN_TEST_NONE" }, "vault": { "connectionString": "env:PLAN_TEST_NEITHER" } },
          "channels": { "incidents": { "kind": "terminal" } }, "httpOrigins": ["https://a.example"],
          "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
          "signing": { "artifactsPublic": "env:PLAN_TEST_NONE", "evidence": "env:PLAN_TEST_NONE" } }
        """;

    private readonly PlaybookFolder folder = new();
    private readonly string plan;

    public PlanVerbTests()
    {
        folder.Write("tell/playbook.json", Playbook);
        folder.Write("environments/live.json", Live);
        plan = Path.Combine(folder.Path, "plan.json");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_plan_says_what_is_there_what_would_be_and_how_many_steps_do_what()
    {
        var run = await PlanAsync();
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("look  http.get  https://a.example/  [read-only]", run.Output, StringComparison.Ordinal);
        Assert.Contains("now:  the channel is there (terminal)", run.Output, StringComparison.Ordinal);
        Assert.Contains("known only in the run: text", run.Output, StringComparison.Ordinal);
        Assert.Contains("1 steps only read, 0 change something, 1 cannot be taken back.", run.Output, StringComparison.Ordinal);
        var file = JsonNode.Parse(await File.ReadAllTextAsync(plan, TestContext.Current.CancellationToken))!;
        Assert.Equal(("tell", "ops"), ((string)file["playbook"]!, (string)file["inputs"]!["who"]!));
        Assert.Equal(2, file["lines"]!.AsArray().Count);
    }

    [Fact]
    public async Task What_cannot_be_reached_makes_a_plan_that_is_not_ready()
    {
        folder.Write("tell/playbook.json", Playbook.Replace("\"http.get\", \"with\": { \"url\": \"https://a.example/\" }", "\"evidence.publish\"", StringComparison.Ordinal)
            .Replace(" ${ steps.look.output.status }", "", StringComparison.Ordinal));
        var run = await PlanAsync("--json");
        Assert.Equal(1, run.ExitCode);
        var line = JsonNode.Parse(run.Output)!["lines"]![0]!;
        Assert.Equal((false, "The secret env:PLAN_TEST_NONE cannot be had: the variable is not set."), ((bool)line["ready"]!, (string)line["now"]!));
        Assert.Equal(1, (await RunAsync()).ExitCode);
    }

    [Fact]
    public async Task A_plan_that_still_holds_gets_as_far_as_the_host()
    {
        await PlanAsync();
        var run = await RunAsync();
        Assert.Equal(4, run.ExitCode);
        Assert.Contains("No host is running", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tell/playbook.json", "\"title\": \"t\"", "\"title\": \"u\"", "The text of tell was changed")]
    [InlineData("environments/live.json", "\"container\": \"evidence\"", "\"container\": \"other\"", "The environment live was changed")]
    [InlineData("plan.json", "the channel is there (terminal)", "the channel is there (pager)", "say (notify): planned on “the channel is there (pager)”, now it is “the channel is there (terminal)”")]
    public async Task Nothing_is_started_when_the_world_has_moved(string file, string was, string becomes, string why)
    {
        await PlanAsync();
        var path = Path.Combine(folder.Path, file);
        var text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains(was, text, StringComparison.Ordinal);
        folder.Write(file, text.Replace(was, becomes, StringComparison.Ordinal));

        var run = await RunAsync();
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("Nothing was started, because the world has moved since the plan was made:", run.Error, StringComparison.Ordinal);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_works_with_another_text_than_was_planned_starts_nothing()
    {
        var library = LibraryFolder.Find(folder.Path);
        await using var host = await EmbeddedHost.OpenAsync(Workspace.At(folder.Path), library, library.LoadEnvironment("live"), TimeProvider.System, 0);
        // The host has read its environment; the file, and the plan made from it, are newer.
        folder.Write("environments/live.json", Live.Replace("\"container\": \"evidence\"", "\"container\": \"other\"", StringComparison.Ordinal));
        await PlanAsync();

        var run = await RunAsync();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The host has another text of the playbook or of the environment than the plan.", run.Output, StringComparison.Ordinal);
        Assert.Empty(await host.Engine.ListAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{ "format": 1 }""")]
    public async Task A_file_that_is_no_plan_is_refused_as_such(string text)
    {
        folder.Write("plan.json", text);
        var run = await RunAsync();
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("is no plan", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "tell")]
    [InlineData("run", "--plan", "p", "tell", "-e", "live")]
    [InlineData("run", "--plan", "p", "-i", "who=me")]
    public async Task A_run_is_named_either_by_itself_or_by_its_plan(params string[] arguments) =>
        Assert.Equal(2, (await CliRun.OfAsync([.. arguments, "--playbooks", folder.Path])).ExitCode);

    [Fact]
    public async Task A_missing_input_is_said_before_anything_is_looked_at()
    {
        var run = await CliRun.OfAsync("plan", "tell", "-e", "live", "--playbooks", folder.Path);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("The input 'who' is missing.", run.Error, StringComparison.Ordinal);
    }

    private Task<CliRun> PlanAsync(params string[] more) => CliRun.OfAsync(["plan", "tell", "-e", "live", "-i", "who=ops", "--playbooks", folder.Path, "-o", plan, .. more]);

    private Task<CliRun> RunAsync() => CliRun.OfAsync("run", "--plan", plan, "--playbooks", folder.Path, "--data", folder.Path);
}
