namespace Playbooks.Integration.Tests.Drills;

/// <summary>
/// Whole drills in which what the recovery itself needs dies. They wait for deadlines, graces and retries in real time, a few minutes each, beside the
/// other tests.
/// </summary>
public class OutageTests
{
    private static readonly string[] Gateways = ["gateway-a", "gateway-b"];

    [Fact]
    public async Task A_gateway_that_never_confirms_fails_the_run_and_says_so_first()
    {
        await using var drill = DrillProcess.Start(playbook =>
        {
            var isolate = DrillProcess.Step(playbook, "isolate");
            isolate["timeout"] = "PT5S";
            isolate["retry"] = new System.Text.Json.Nodes.JsonObject { ["attempts"] = 1 };
        }, "--approve");
        await drill.RunIdAsync();
        drill.KillPrograms(Gateways);
        Assert.Equal(1, await drill.ExitAsync());
        Assert.Equal("failed", Assert.Single(drill.Events("run.ended")).GetProperty("outcome").GetString());
        Assert.Contains("isolation NOT confirmed: recommendations", drill.Output, StringComparison.Ordinal);
        Assert.Contains(drill.Events("people.told"), told => told.GetProperty("id").GetString()!.StartsWith("isolation/", StringComparison.Ordinal));
        Assert.Contains("isolation NOT confirmed", drill.Report[drill.Report.IndexOf("<h1", StringComparison.Ordinal)..][..400], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_gateway_that_stops_answering_after_it_isolated_gets_no_request_back()
    {
        await using var drill = DrillProcess.Start(playbook =>
            DrillProcess.Step(playbook, "ramp")["forEach"]!["steps"]![0]!["timeout"] = "PT5S");
        var run = await drill.RunIdAsync();
        await drill.LineAsync("go asks");
        drill.KillPrograms(Gateways);
        Assert.Equal(0, (await drill.RunAsync("approve", run)).ExitCode);
        Assert.Equal(1, await drill.ExitAsync());
        Assert.Equal("failed", Assert.Single(drill.Events("run.ended")).GetProperty("outcome").GetString());
        Assert.Empty(drill.Events("service.recovered"));
        // No gateway is there to serve the model, and none can say that it is isolated: the report says that too.
        Assert.Contains("isolation NOT confirmed: recommendations", drill.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_that_dies_during_the_restore_fails_the_run_and_serves_nobody_the_model()
    {
        await using var drill = DrillProcess.Start(playbook => DrillProcess.Step(playbook, "restore")["timeout"] = "PT10S");
        var run = await drill.RunIdAsync();
        await drill.LineAsync("go asks");
        var gateway = new Uri($"http://127.0.0.1:{drill.Stack.Ports["gateway-a"]}/recommendations/predict");
        drill.KillPrograms("azurite");
        Assert.Equal(0, (await drill.RunAsync("approve", run)).ExitCode);
        await drill.LineAsync("restore FAILED");
        // The gateways cannot read the state any more: they serve the fallback.
        using var http = new HttpClient();
        using var answer = await http.PostAsync(gateway, new StringContent("""{"basket":["item-01"]}""", System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.NotEqual("model", answer.Headers.GetValues("X-Playbooks-Rung").Single());
        Assert.Equal(1, await drill.ExitAsync());
        Assert.Equal("failed", Assert.Single(drill.Events("run.ended")).GetProperty("outcome").GetString());
        Assert.DoesNotContain(drill.Events("step.succeeded"), succeeded => succeeded.GetProperty("path").GetString() == "restore");
        Assert.NotEmpty(drill.Events("head.notAnchored"));
    }
}
