using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Playbooks.Gateway.State;
using Playbooks.Integration.Tests.Azurite;
using Playbooks.Integration.Tests.Faults;

namespace Playbooks.Integration.Tests.Gateway;

/// <summary>Real gateway processes with Azurite between them.</summary>
[Collection(UsesAzurite.Name)]
public sealed class ReplicaTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("gateway-");
    private readonly string _gateway = $"campus-{Guid.NewGuid():N}";
    private WebApplication _model = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        _model = builder.Build();
        _model.Run(http => http.Response.WriteAsync("7"));
        await _model.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _model.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task An_isolation_is_confirmed_by_two_replicas_and_one_that_dies_is_waited_for_until_it_is_forgotten()
    {
        await using var alive = await GatewayProcess.StartAsync(Config(), "--replica", "alive", "--data-directory", Data("alive"));
        await using var dying = await GatewayProcess.StartAsync(Config(), "--replica", "dying", "--data-directory", Data("dying"));
        await Eventually.TrueAsync(async () => (await alive.RungAsync(), await dying.RungAsync()) is ("model", "model"), "the model serves");

        var first = await alive.IsolateAsync();
        await Eventually.TrueAsync(async () => await alive.WaitingForAsync(first) is null, "both confirmed");
        Assert.Equal(("rules", "rules"), (await alive.RungAsync(), await dying.RungAsync()));

        await dying.KillAsync();
        var second = await alive.IsolateAsync();
        Assert.Contains(dying.Replica, await alive.WaitingForAsync(second) ?? []);
        await Eventually.TrueAsync(async () => await alive.WaitingForAsync(second) is null, "the dead one is forgotten");
    }

    [Fact]
    public async Task A_replica_that_is_cut_off_serves_the_fallback_and_confirms_when_it_is_back()
    {
        await using var proxy = new TcpProxy(azurite.Ports.Blob);
        await using var near = await GatewayProcess.StartAsync(Config(), "--replica", "near", "--data-directory", Data("near"));
        await using var far = await GatewayProcess.StartAsync(Config(proxy.Port), "--replica", "far", "--data-directory", Data("far"));
        await Eventually.TrueAsync(async () => await far.RungAsync() == "model", "the model serves");

        proxy.Refuse();
        var generation = await near.IsolateAsync();
        await Eventually.TrueAsync(async () => await far.RungAsync() == "rules", "the far one serves the fallback");
        Assert.Equal([far.Replica], await near.WaitingForAsync(generation));

        proxy.Pass();
        await Eventually.TrueAsync(async () => await near.WaitingForAsync(generation) is null, "the far one confirmed");
    }

    [Fact]
    public async Task A_replica_that_is_asked_to_stop_ends_in_order_and_is_not_waited_for()
    {
        await using var gateway = await GatewayProcess.StartAsync(Config(), "--replica", "a", "--data-directory", Data("a"));
        await Eventually.TrueAsync(async () => (await Store().ReplicasAsync(Cancellation)).Count == 1, "its heartbeat is there");
        Assert.Equal(0, await gateway.TerminateAsync());
        Assert.Empty(await Store().ReplicasAsync(Cancellation));
    }

    [Fact]
    public async Task A_replica_killed_and_started_without_storage_serves_the_fallback_that_its_disk_remembers()
    {
        await using var before = await GatewayProcess.StartAsync(Config(), "--replica", "a", "--data-directory", Data("a"));
        await before.OrderAsync(HttpMethod.Put, "/state/grading", new { mode = "off", reason = "nothing may answer" });
        await Eventually.TrueAsync(async () => await before.RungAsync() == "off", "it is off");
        await Eventually.TrueAsync(
            async () => (await before.OrderAsync(HttpMethod.Get, "/state")).GetProperty("grading").GetProperty("applied").GetProperty("generation").GetInt64() == 2,
            "it is on the disk");
        await before.KillAsync();

        await using var proxy = new TcpProxy(azurite.Ports.Blob);
        proxy.Refuse();
        await using var after = await GatewayProcess.StartAsync(Config(proxy.Port), "--replica", "a", "--data-directory", Data("a"));
        Assert.Equal("off", await after.RungAsync());
    }

    [Fact]
    public async Task Of_32_racing_changes_on_the_same_state_exactly_one_wins()
    {
        var store = Store();
        await store.CreateContainerAsync(Cancellation);
        var change = new Change(1, Rung.Model, 100, "test", TimeProvider.System.GetUtcNow(), "first", null);
        var state = ModelState.First("grading", change);
        var firsts = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => store.WriteAsync(state, null, Cancellation)));
        var first = Assert.Single(firsts, f => f is not null);
        var nexts = await Task.WhenAll(Enumerable.Range(0, 32).Select(n => store.WriteAsync(state.Next(change with { Percent = n }), first, Cancellation)));
        var won = Assert.Single(nexts.Index(), n => n.Item is not null);
        var found = Assert.IsType<StateRead.Found>(await store.ReadAsync("grading", first, Cancellation));
        Assert.Equal((2, won.Index), (found.State.Current.Generation, found.State.Current.Percent));
        Assert.IsType<StateRead.Same>(await store.ReadAsync("grading", found.ETag, Cancellation));
    }

    [Fact]
    public async Task A_wrong_configuration_and_a_key_that_others_can_read_are_refused_before_anything_starts()
    {
        var wrong = Path.Combine(_directory.FullName, "wrong.json");
        await File.WriteAllTextAsync(wrong, """{ "gateway": "campus" }""", Cancellation);
        await using var unconfigured = GatewayProcess.Launch(wrong);
        await unconfigured.Process.WaitForExitAsync(Cancellation);
        Assert.Equal(2, unconfigured.Process.ExitCode);
        Assert.Contains("$.models: is missing", unconfigured.Errors, StringComparison.Ordinal);

        var config = Config();
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var open = GatewayProcess.Launch(config, "--data-directory", Data("a"));
        await open.Process.WaitForExitAsync(Cancellation);
        Assert.Equal(2, open.Process.ExitCode);
        Assert.Contains("it must be 0600", open.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_its_parent_is_gone_unless_another_process_has_taken_it_over()
    {
        using var parent = Process.Start("sleep", ["600"]);
        await using var left = await GatewayProcess.StartAsync(
            Config(), "--replica", "left", "--data-directory", Data("left"), "--parent-pid", $"{parent.Id}", "--orphan-grace", "0");
        await using var adopted = await GatewayProcess.StartAsync(
            Config(), "--replica", "adopted", "--data-directory", Data("adopted"), "--parent-pid", $"{parent.Id}", "--orphan-grace", "0");
        await adopted.OrderAsync(HttpMethod.Put, "/parent", new { pid = Environment.ProcessId });

        parent.Kill();
        await parent.WaitForExitAsync(Cancellation);
        await left.Process.WaitForExitAsync(Cancellation);

        Assert.Equal((0, false), (left.Process.ExitCode, adopted.Process.HasExited));
        await Eventually.TrueAsync(async () => await adopted.RungAsync() == "model", "the one taken over serves");
    }

    private string KeyFile => Path.Combine(_directory.FullName, "control.key");

    private string Data(string replica) => Path.Combine(_directory.FullName, replica);

    private StateStore Store() => new(new BlobContainerClient(
        azurite.ConnectionString, "gateway", new BlobClientOptions(BlobClientOptions.ServiceVersion.V2025_11_05) { Retry = { MaxRetries = 0 } }), _gateway);

    private string Config(int? port = null)
    {
        if (!File.Exists(KeyFile)) File.WriteAllText(KeyFile, GatewayProcess.Key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var storage = port is null
            ? azurite.ConnectionString
            : azurite.ConnectionString.Replace($":{azurite.Ports.Blob}/", $":{port}/", StringComparison.Ordinal);
        var json = new JsonObject
        {
            ["gateway"] = _gateway,
            ["storage"] = new JsonObject { ["connectionString"] = storage, ["container"] = "gateway" },
            ["control"] = new JsonObject { ["keys"] = new JsonArray(new JsonObject { ["name"] = "oncall", ["file"] = KeyFile }) },
            ["models"] = new JsonArray(new JsonObject
            {
                ["name"] = "grading",
                ["model"] = new JsonObject { ["address"] = _model.Urls.Single() },
                ["rules"] = new JsonObject { ["answers"] = new JsonArray(new JsonObject { ["body"] = new JsonObject { ["grade"] = "pending" } }) },
            }),
        };
        var path = Path.Combine(_directory.FullName, $"gateway-{port ?? 0}.json");
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }
}
