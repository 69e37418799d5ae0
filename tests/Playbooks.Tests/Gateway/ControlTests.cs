using System.Net;
using System.Text.Json;
using Playbooks.Gateway.Control;
using Playbooks.Gateway.State;

namespace Playbooks.Tests.Gateway;

public class ControlTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/state")]
    [InlineData("GET", "/state/grading")]
    [InlineData("PUT", "/state/grading")]
    [InlineData("GET", "/replicas")]
    [InlineData("GET", "/served")]
    [InlineData("GET", "/")]
    [InlineData("GET", "/anything")]
    public async Task Nothing_is_told_or_done_without_a_key(string method, string path)
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        foreach (var key in new[] { null, "", "wrong", GatewayRig.Key + "x", GatewayRig.Key[..^1] })
        {
            var (status, body, _) = await replica.OrderAsync(new HttpMethod(method), path, new { mode = "off", reason = "x" }, key);
            Assert.Equal((HttpStatusCode.Unauthorized, """{"problem":"a key or a token with the operator's role is needed"}"""), (status, body.GetRawText()));
        }
        await replica.PollAsync();
        Assert.Equal("model", await replica.RungAsync());
    }

    [Fact]
    public async Task The_data_listener_takes_no_orders()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        Assert.Equal(HttpStatusCode.NotFound, (await replica.AskAsync("/state/grading")).Status);
    }

    [Fact]
    public async Task Letting_the_model_serve_needs_the_state_that_one_has_seen()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        var (_, _, seen) = await replica.OrderAsync(HttpMethod.Get, "/state/grading");
        await replica.IsolateAsync();

        var wanted = new { mode = "model", reason = "restored" };
        Assert.Equal((HttpStatusCode)428, (await replica.OrderAsync(HttpMethod.Put, "/state/grading", wanted)).Status);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await replica.OrderAsync(HttpMethod.Put, "/state/grading", wanted, ifMatch: seen)).Status);
        await replica.PollAsync();
        Assert.Equal("previous", await replica.RungAsync());
    }

    [Fact]
    public async Task An_isolation_always_writes_a_new_state_so_that_a_rejoin_under_way_fails()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        var first = await replica.IsolateAsync();
        var (_, _, seen) = await replica.OrderAsync(HttpMethod.Get, "/state/grading");

        Assert.Equal(first + 1, await replica.IsolateAsync());

        var (status, _, _) = await replica.OrderAsync(HttpMethod.Put, "/state/grading", new { mode = "model", reason = "restored" }, ifMatch: seen);
        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
    }

    [Fact]
    public async Task A_rejoin_whose_answer_was_lost_knows_its_own_change_by_its_key()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        var (_, _, seen) = await replica.OrderAsync(HttpMethod.Get, "/state/grading");
        var wanted = new { mode = "model", percent = 10, reason = "restored", key = "5f2c" };
        var (_, once, _) = await replica.OrderAsync(HttpMethod.Put, "/state/grading", wanted, ifMatch: seen);
        var (status, twice, _) = await replica.OrderAsync(HttpMethod.Put, "/state/grading", wanted, ifMatch: seen);
        Assert.Equal((HttpStatusCode.OK, once.GetRawText()), (status, twice.GetRawText()));
    }

    [Fact]
    public async Task Of_racing_rejoins_with_the_same_state_seen_exactly_one_wins()
    {
        await using var rig = await GatewayRig.StartAsync();
        Replica a = await rig.ReplicaAsync("a"), b = await rig.ReplicaAsync("b");
        var (_, _, seen) = await a.OrderAsync(HttpMethod.Get, "/state/grading");
        var statuses = await Task.WhenAll(Enumerable.Range(0, 32).Select(async n =>
            (await (n % 2 == 0 ? a : b).OrderAsync(
                HttpMethod.Put, "/state/grading", new { mode = "model", percent = n, reason = "restored", key = $"{n}" }, ifMatch: seen)).Status));
        Assert.Equal(1, statuses.Count(s => s is HttpStatusCode.OK));
        Assert.Equal(31, statuses.Count(s => s is HttpStatusCode.PreconditionFailed));
    }

    [Theory]
    [InlineData("model")]
    [InlineData("rules")]
    public async Task Of_two_that_read_the_same_state_before_either_writes_the_second_does_not_overwrite_the_first(string mode)
    {
        await using var rig = await GatewayRig.StartAsync();
        Replica a = await rig.ReplicaAsync("a"), b = await rig.ReplicaAsync("b");
        var (_, _, seen) = await a.OrderAsync(HttpMethod.Get, "/state/grading");
        var (arrived, both) = (0, new TaskCompletionSource());
        a.Link.Before = b.Link.Before = request =>
        {
            if (request.Method == HttpMethod.Put && Interlocked.Increment(ref arrived) == 2) both.SetResult();
            return request.Method == HttpMethod.Put ? both.Task : Task.CompletedTask;
        };
        var orders = await Task.WhenAll(new[] { a, b }.Select(r =>
            r.OrderAsync(HttpMethod.Put, "/state/grading", new { mode, reason = r.Name }, ifMatch: mode == "model" ? seen : null)));

        // A rejoin gives up; an isolation reads again and is written after the other.
        Assert.Equal(mode == "model" ? [200, 412] : [200, 200], orders.Select(o => (int)o.Status).Order());
        var last = Assert.IsType<StateRead.Found>(await rig.Store.ReadAsync("grading", null, Cancellation)).State;
        Assert.Equal(mode == "model" ? 2 : 3, last.Current.Generation);
    }

    [Fact]
    public async Task Every_one_of_racing_isolations_is_written_and_none_is_lost()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        var generations = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => replica.IsolateAsync()));
        Assert.Equal(Enumerable.Range(2, 8).Select(n => (long)n), generations.Order());
    }

    [Fact]
    public async Task Of_racing_first_states_exactly_one_wins()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.Store.CreateContainerAsync(Cancellation);
        var change = new Change(1, Rung.Model, 100, "test", rig.Time.GetUtcNow(), "first", null);
        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => rig.Store.WriteAsync(ModelState.First("grading", change), null, Cancellation)));
        Assert.Single(written, w => w is not null);
    }

    [Theory]
    [InlineData("""{"mode":"turbo","reason":"x"}""")]
    [InlineData("""{"mode":1,"reason":"x"}""")]
    [InlineData("""{"mode":"off"}""")]
    [InlineData("""{"mode":"off","reason":""}""")]
    [InlineData("""{"mode":"off","reason":"x","percent":50}""")]
    [InlineData("""{"mode":"off","reason":"x","surprise":1}""")]
    [InlineData("""[]""")]
    public async Task An_order_that_makes_no_sense_is_refused(string body)
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        var (status, _, _) = await replica.OrderAsync(HttpMethod.Put, "/state/grading", JsonElement.Parse(body));
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task An_order_while_storage_is_away_says_that_the_outcome_is_not_known()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        replica.Link.Cut = true;
        var (status, _, _) = await replica.OrderAsync(HttpMethod.Put, "/state/grading", new { mode = "off", reason = "x" });
        Assert.Equal(HttpStatusCode.BadGateway, status);
    }

    [Fact]
    public async Task Replicas_and_whether_a_state_has_arrived_can_be_asked()
    {
        await using var rig = await GatewayRig.StartAsync();
        Replica a = await rig.ReplicaAsync("a"), b = await rig.ReplicaAsync("b");
        await a.BeatAsync();
        await b.BeatAsync();
        var generation = await a.IsolateAsync();
        await a.PollAsync();
        await a.BeatAsync();
        var (_, body, _) = await a.OrderAsync(HttpMethod.Get, $"/replicas?model=grading&generation={generation}");
        var confirmation = body.GetProperty("confirmation");
        Assert.False(confirmation.GetProperty("confirmed").GetBoolean());
        Assert.Equal([b.Name], confirmation.GetProperty("waitingFor").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(2, body.GetProperty("replicas").GetArrayLength());
    }

    [Fact]
    public async Task What_each_rung_served_is_counted()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        await replica.AskAsync();
        var (_, body, _) = await replica.OrderAsync(HttpMethod.Get, "/served");
        Assert.Equal("""{"grading":{"model":1,"previous":0,"rules":0,"humanQueue":0,"off":0}}""", body.GetRawText());
    }

    [Fact]
    public void A_key_file_that_others_can_read_or_that_holds_no_key_is_refused_with_the_remedy()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Windows has no file modes");
        var directory = Directory.CreateTempSubdirectory("keys-");
        try
        {
            string Write(string name, string key, UnixFileMode mode)
            {
                var path = Path.Combine(directory.FullName, name);
                File.WriteAllText(path, key);
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
                return path;
            }

            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var open = Write("open", GatewayRig.Key, owner | UnixFileMode.GroupRead);
            var small = Write("small", "too short", owner);
            var (keys, errors) = ControlKeys.Read([new("open", open), new("small", small), new("none", "/nowhere/key")]);
            Assert.Null(keys);
            Assert.Equal(
                [
                    $"control key \"open\", {open}: has mode 0640; it must be 0600, so: chmod 600 {open}",
                    $"control key \"small\", {small}: the key has fewer than 32 characters",
                    "control key \"none\", /nowhere/key: there is no such file",
                ], errors);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
