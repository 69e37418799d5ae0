using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace Playbooks.Integration.Tests.Drills;

/// <summary>Whole drills against real processes: people who say no, a version that is not what it was, a kill in the middle.</summary>
public class DrillTests
{
    /// <summary>What becomes of a dead letter at first.</summary>
    private static readonly string[] Ways = ["sent", "duplicates", "erased", "held"];

    [Fact]
    public async Task A_drill_that_was_killed_in_the_middle_is_resumed_and_nothing_is_done_twice()
    {
        await using var drill = DrillProcess.Start(null, "--approve");
        var run = await drill.RunIdAsync();
        await drill.LineAsync("ramp[0]/shift starts");
        var stack = drill.Stack;
        await drill.KillAsync();
        Assert.True(DrillProcess.AnyLives(stack), "What the drill recovers must outlive it.");

        drill.Launch("drill", "--resume", "--approve", "--keep", "--data", drill.Data);
        Assert.True(await drill.ExitAsync() == 0, drill.Output);
        Assert.Contains("recovered, RTO met", drill.Output, StringComparison.Ordinal);
        Assert.Equal(run, (await drill.RunIdAsync()));
        // Every step succeeded once; the resumed shift kept its key, and the versions show one restore and one erasure.
        var succeeded = drill.Events("step.succeeded").Select(happened => happened.GetProperty("path").GetString()).ToList();
        Assert.Equal(succeeded.Distinct(), succeeded);
        var keys = drill.Events("attempt.started").Where(started => started.GetProperty("id").GetString()!.StartsWith("ramp[0]/shift~", StringComparison.Ordinal))
            .Select(started => started.GetProperty("key").GetString()).ToList();
        Assert.Single(keys.Distinct());
        Assert.Equal(4, Output(drill, "reErase").GetProperty("version").GetInt32());
        // The gateway's state was written once per step, and every letter went one way.
        var isolated = Output(drill, "isolate").GetProperty("generation").GetInt32();
        Assert.Equal(isolated + 1, Output(drill, "ramp[0]/shift").GetProperty("generation").GetInt32());
        Assert.Equal(isolated + 2, Output(drill, "ramp[1]/shift").GetProperty("generation").GetInt32());
        var replay = Output(drill, "replay");
        Assert.Equal(40, replay.GetProperty("matched").GetInt32());
        Assert.Equal(40, Ways.Sum(way => replay.GetProperty(way).GetInt32()));
        // Two are poisoned: they were sent and came back until they were set aside.
        Assert.Equal(2, replay.GetProperty("quarantined").GetInt32());
        Assert.False(DrillProcess.AnyLives(stack with { Processes = stack.Processes.Where(program => program.Key == "azurite").ToDictionary() }));
    }

    [Fact]
    public async Task A_no_from_another_terminal_ends_the_drill_with_the_model_isolated()
    {
        await using var drill = DrillProcess.Start();
        var run = await drill.RunIdAsync();
        await drill.LineAsync("go asks");
        Assert.Equal(0, (await drill.RunAsync("reject", run, "--comment", "not tonight")).ExitCode);
        Assert.Equal(1, await drill.ExitAsync());
        AssertFailedIsolated(drill, "denied");
        Assert.DoesNotContain(drill.Events("attempt.started"), started => Path(started).StartsWith("restore", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_approval_that_nobody_gives_expires_as_denied()
    {
        await using var drill = DrillProcess.Start(playbook =>
        {
            var approve = DrillProcess.Step(playbook, "go")["approve"]!;
            approve["decideWithin"] = "PT4S";
            approve["escalate"]![0]!["after"] = "PT2S";
        });
        Assert.Equal(1, await drill.ExitAsync());
        AssertFailedIsolated(drill, "denied");
        Assert.Equal("expired", Assert.Single(drill.Events("approval.decided")).GetProperty("result").GetString());
        Assert.Single(drill.Events("approval.escalated"));
    }

    [Fact]
    public async Task A_corrupted_known_good_version_is_not_restored()
    {
        await using var drill = DrillProcess.Start();
        var run = await drill.RunIdAsync();
        await drill.LineAsync("go asks");
        var models = new BlobContainerClient(drill.Stack.Azurite.ConnectionString, "models");
        await foreach (var blob in models.GetBlobsAsync(BlobTraits.None, BlobStates.None, "recommendations", TestContext.Current.CancellationToken))
        {
            // Files of versions are named by their digest; each gets one byte more.
            var name = blob.Name[(blob.Name.LastIndexOf('/') + 1)..];
            if (name.Length != 64)
                continue;
            var content = (await models.GetBlobClient(blob.Name).DownloadContentAsync(TestContext.Current.CancellationToken)).Value.Content;
            await models.GetBlobClient(blob.Name).UploadAsync(new BinaryData(content.ToArray().Append((byte)' ').ToArray()), overwrite: true, TestContext.Current.CancellationToken);
        }
        Assert.Equal(0, (await drill.RunAsync("approve", run)).ExitCode);
        Assert.Equal(1, await drill.ExitAsync());
        AssertFailedIsolated(drill, "integrity");
    }

    private static void AssertFailedIsolated(DrillProcess drill, string kind)
    {
        Assert.Equal("failed", Assert.Single(drill.Events("run.ended")).GetProperty("outcome").GetString());
        Assert.Contains(kind, Assert.Single(drill.Events("run.stopping")).GetProperty("kind").GetString(), StringComparison.Ordinal);
        Assert.Empty(drill.Events("isolation.unconfirmed"));
        Assert.DoesNotContain(drill.Events("attempt.started"), started => Path(started).Contains("shift", StringComparison.Ordinal));
        Assert.Contains(drill.Events("step.succeeded"), succeeded => succeeded.GetProperty("path").GetString() == "isolate");
    }

    private static string Path(JsonElement started) => started.GetProperty("id").GetString()!;

    private static JsonElement Output(DrillProcess drill, string step) =>
        drill.Events("step.succeeded").Single(succeeded => succeeded.GetProperty("path").GetString() == step).GetProperty("output");
}
