using Playbooks.Cli.Host;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Tests.Sqlite;

namespace Playbooks.Tests.Cli;

public sealed class TaskVerbTests : IDisposable
{
    private const string Playbook = """
        { "playbook": "call", "version": "1.0.0", "title": "t", "roles": { "responder": "responders" },
          "steps": [ { "id": "phone", "task": { "instructions": "Call the payment provider.", "role": "responder", "doneWithin": "PT30M" } } ] }
        """;

    private readonly PlaybookFolder folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Whoever_may_confirms_a_task_with_a_note_and_the_run_goes_on()
    {
        await using var host = await OpenAsync(LocalPerson.Id);
        var run = await StartAsync(host);

        Assert.Contains("--note", (await CliRun.OfAsync("task", run, "phone", "--data", folder.Path)).Error, StringComparison.Ordinal);
        var elsewhere = await CliRun.OfAsync("task", run, "fax", "-m", "Called.", "--data", folder.Path);
        Assert.Equal((1, true), (elsewhere.ExitCode, elsewhere.Output.StartsWith("Refused: ", StringComparison.Ordinal)));
        var blank = await CliRun.OfAsync("task", run, "phone", "-m", " ", "--data", folder.Path);
        Assert.Equal((1, "Refused: A note is needed: what was done?"), (blank.ExitCode, blank.Output.Trim()));

        var taken = await CliRun.OfAsync("task", run, "phone", "-m", "Called at three, they stopped it.", "--data", folder.Path);

        Assert.Equal((0, "Taken."), (taken.ExitCode, taken.Output.Trim()));
        await EngineHarness.UntilAsync(host.Engine, run, happened => happened is RunEvent.RunEnded);
        Assert.Equal(RunOutcome.Completed, (await host.Engine.FindAsync(run, Cancelled))!.Summary().Outcome);
    }

    [Fact]
    public async Task Nobody_else_does()
    {
        await using var host = await OpenAsync("somebody@university.example");
        var run = await StartAsync(host);

        var refused = await CliRun.OfAsync("task", run, "phone", "-m", "Called.", "--data", folder.Path);

        Assert.Equal((1, "Refused: Only holders of responders may confirm it."), (refused.ExitCode, refused.Output.Trim()));
        Assert.Equal(4, (await CliRun.OfAsync("task", run, "phone", "-m", "Called.", "--data", Path.Combine(folder.Path, "nowhere"))).ExitCode);
    }

    private async Task<EmbeddedHost> OpenAsync(string responder)
    {
        folder.Write("call/playbook.json", Playbook);
        folder.Write("environments/live.json", $$"""
            { "name": "live", "kind": "live", "storage": { "main": { "connectionString": "env:TASK_TEST_NONE" }, "vault": { "connectionString": "env:TASK_TEST_NEITHER" } },
              "channels": { "incidents": { "kind": "terminal" } }, "roles": { "responders": [ "{{responder}}" ] },
              "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
              "signing": { "artifactsPublic": "env:TASK_TEST_NONE", "evidence": "env:TASK_TEST_NONE" } }
            """);
        var library = LibraryFolder.Find(folder.Path);
        return await EmbeddedHost.OpenAsync(Workspace.At(folder.Path), library, library.LoadEnvironment("live"), TimeProvider.System, 0);
    }

    private async Task<string> StartAsync(EmbeddedHost host)
    {
        var library = LibraryFolder.Find(folder.Path);
        var run = Assert.IsType<StartResult.Started>(await host.StartAsync(new StartRequest("request-1", library.Load("call"), library.LoadEnvironment("live"), RunMode.Live, JsonData.EmptyObject, null, "starter", null, null, null), Cancelled)).RunId;
        await EngineHarness.UntilAsync(host.Engine, run, happened => happened is RunEvent.StepStarted);
        return run;
    }
}
