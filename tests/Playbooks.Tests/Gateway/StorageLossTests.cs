using System.Text;
using Playbooks.Gateway.State;

namespace Playbooks.Tests.Gateway;

public class StorageLossTests
{
    [Fact]
    public async Task A_replica_that_starts_without_the_state_serves_the_fallback()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a", connected: false);
        Assert.Equal("previous", await replica.RungAsync());
        Assert.Empty(rig.Model.Asked);
    }

    [Theory]
    [InlineData("model", "previous")]
    [InlineData("rules", "rules")]
    [InlineData("off", "off")]
    public async Task The_state_on_disk_survives_a_restart_and_holds_the_ladder_down_but_never_lets_the_model_serve(string mode, string rung)
    {
        await using var rig = await GatewayRig.StartAsync();
        var before = await rig.ReplicaAsync("a");
        if (mode != "model") await before.IsolateAsync(mode);
        await before.PollAsync();
        await rig.KillAsync(before);

        var after = await rig.ReplicaAsync("a", connected: false);
        Assert.Equal(rung, await after.RungAsync());
    }

    [Fact]
    public async Task A_cached_state_that_is_damaged_is_no_state()
    {
        await using var rig = await GatewayRig.StartAsync();
        await rig.KillAsync(await rig.ReplicaAsync("a"));
        var cache = rig.Directory.GetFiles("grading.json", SearchOption.AllDirectories).Single();
        await File.WriteAllTextAsync(cache.FullName, "{\"model\":\"grad", TestContext.Current.CancellationToken);

        var after = await rig.ReplicaAsync("a", connected: false);
        Assert.Equal("previous", await after.RungAsync());
        after.Link.Cut = false;
        await after.TurnAsync();
        Assert.Equal("model", await after.RungAsync());
    }

    [Fact]
    public async Task A_state_that_was_deleted_does_not_begin_anew()
    {
        await using var rig = await GatewayRig.StartAsync();
        var old = await rig.ReplicaAsync("a");
        await old.RecordAsync();
        rig.Blobs.Remove("campus/state/grading.json");
        rig.Pass(seconds: 6);
        await old.PollAsync();
        var fresh = await rig.ReplicaAsync("b");

        Assert.Equal("previous", await old.RungAsync());
        Assert.Equal("previous", await fresh.RungAsync());
        Assert.DoesNotContain("campus/state/grading.json", rig.Blobs.Names);
    }

    [Fact]
    public async Task An_old_state_put_back_is_not_believed()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        var first = rig.Blobs.Read("campus/state/grading.json");
        await replica.IsolateAsync("rules");
        await replica.PollAsync();

        rig.Blobs.Plant("state", "campus/state/grading.json", first);
        await replica.PollAsync();
        Assert.Equal("rules", await replica.RungAsync());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("null")]
    [InlineData("""{"model":"fraud","current":{"generation":9,"mode":"model","percent":100,"changedBy":"x","changedAt":"2026-03-02T03:00:00Z","reason":"x","key":null},"earlier":[]}""")]
    [InlineData("""{"model":"grading","current":{"generation":9,"mode":"turbo","percent":100,"changedBy":"x","changedAt":"2026-03-02T03:00:00Z","reason":"x","key":null},"earlier":[]}""")]
    [InlineData("""{"model":"grading","current":{"generation":9,"mode":"model","percent":101,"changedBy":"x","changedAt":"2026-03-02T03:00:00Z","reason":"x","key":null},"earlier":[]}""")]
    [InlineData("""{"model":"grading","current":{"generation":9,"mode":0,"percent":100,"changedBy":"x","changedAt":"2026-03-02T03:00:00Z","reason":"x","key":null},"earlier":[]}""")]
    public async Task A_state_that_cannot_be_understood_makes_the_replica_blind(string text)
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        rig.Blobs.Plant("state", "campus/state/grading.json", Encoding.UTF8.GetBytes(text));
        await replica.PollAsync();
        Assert.Equal("model", await replica.RungAsync());
        rig.Pass(seconds: 6);
        await replica.PollAsync();
        Assert.Equal("previous", await replica.RungAsync());
    }

    [Fact]
    public async Task A_replica_that_reads_but_is_not_heard_serves_the_fallback_before_it_is_forgotten()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        replica.Link.Before = request => request.Method == HttpMethod.Put ? throw new HttpRequestException("403") : Task.CompletedTask;
        rig.Pass(seconds: 10);
        await replica.TurnAsync();
        Assert.Equal("model", await replica.RungAsync());
        rig.Pass(seconds: 0.5);
        await replica.TurnAsync();
        Assert.Equal("previous", await replica.RungAsync());

        // Heard again, it must look again: between its last look and its heartbeat nobody waited for it.
        replica.Link.Before = null;
        rig.Pass(seconds: 0.5);
        await replica.BeatAsync();
        Assert.Equal("previous", await replica.RungAsync());
        await replica.PollAsync();
        Assert.Equal("model", await replica.RungAsync());
    }

    [Theory]
    [InlineData(0, 5.1, false)]
    [InlineData(5.1, 0, false)]
    [InlineData(5.1, -3600, false)]
    [InlineData(5, 5, true)]
    [InlineData(1, -3600, true)]
    public void A_read_is_old_when_either_clock_says_so(double steadySeconds, double wallSeconds, bool fresh)
    {
        // A suspended machine stops the steady clock; a person may set the other back.
        var time = new TwoClocks();
        var read = Instant.Now(time);
        time.Steady += TimeSpan.FromSeconds(steadySeconds);
        time.Wall += TimeSpan.FromSeconds(wallSeconds);
        Assert.Equal(fresh, read.IsWithin(seconds: 5, time));
    }

    private sealed class TwoClocks : TimeProvider
    {
        public TimeSpan Steady { get; set; }

        public DateTimeOffset Wall { get; set; } = new(2026, 3, 2, 3, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Steady.Ticks;

        public override DateTimeOffset GetUtcNow() => Wall;
    }
}
