using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core;
using Playbooks.Hosting;
using Playbooks.Tests.Decisions;

namespace Playbooks.Tests.Hosting;

/// <summary>What is scheduled starts once, in its own kind of environment; what was missed follows the written rule.</summary>
public sealed class SchedulerTests
{
    private const string TuesdayAtFour = "0 4 * * 2";
    private static readonly DateTimeOffset Four = new(2026, 1, 13, 4, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_time_that_comes_starts_a_run_once()
    {
        var host = new Host(Four.AddMinutes(-1), TuesdayAtFour);
        Assert.Equal(0, host.Starts.Reader.Count);
        host.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal($"schedule/story/{TuesdayAtFour}/2026-01-13T04:00:00.0000000Z", (await host.Starts.Reader.ReadAsync(Cancelled)).RequestId);
        host.Time.Advance(TimeSpan.FromDays(7));
        Assert.EndsWith("2026-01-20T04:00:00.0000000Z", (await host.Starts.Reader.ReadAsync(Cancelled)).RequestId, StringComparison.Ordinal);
        await host.DisposeAsync();
        Assert.Equal(0, host.Starts.Reader.Count);
    }

    [Fact]
    public async Task A_time_missed_less_than_an_hour_ago_is_made_up_for_at_start_under_the_same_id_each_time()
    {
        var ids = new List<string>();
        foreach (var start in new[] { Four.AddMinutes(1), Four.AddMinutes(59) })
        {
            var host = new Host(start, TuesdayAtFour);
            ids.Add((await host.Starts.Reader.ReadAsync(Cancelled)).RequestId);
            await host.DisposeAsync();
        }
        // A host that is restarted within the hour asks for the same run again, and the engine starts it once.
        Assert.Single(ids.Distinct());
    }

    [Fact]
    public async Task A_time_missed_an_hour_ago_is_left_out()
    {
        var host = new Host(Four.AddHours(1), TuesdayAtFour);
        await host.DisposeAsync();
        Assert.Equal(0, host.Starts.Reader.Count);
    }

    [Fact]
    public async Task Of_several_missed_times_the_last_is_made_up_for()
    {
        var host = new Host(Four.AddMinutes(5), "*/10 * * * *");
        Assert.EndsWith("2026-01-13T04:00:00.0000000Z", (await host.Starts.Reader.ReadAsync(Cancelled)).RequestId, StringComparison.Ordinal);
        await host.DisposeAsync();
        Assert.Equal(0, host.Starts.Reader.Count);
    }

    [Theory]
    [InlineData(RunMode.Live, false, 1)]
    [InlineData(RunMode.Live, true, 0)]
    [InlineData(RunMode.Drill, true, 1)]
    [InlineData(RunMode.Drill, false, 0)]
    public async Task A_schedule_runs_only_in_an_environment_of_its_kind(RunMode environment, bool drill, int starts)
    {
        var host = new Host(Four.AddMinutes(1), TuesdayAtFour, environment, drill);
        await host.DisposeAsync();
        Assert.Equal(starts, host.Starts.Reader.Count);
        if (starts == 1)
            Assert.Equal(environment, (await host.Starts.Reader.ReadAsync(Cancelled)).Mode);
    }

    [Fact]
    public async Task What_becomes_of_a_start_is_said()
    {
        var host = new Host(Four.AddMinutes(1), TuesdayAtFour);
        await host.DisposeAsync();
        Assert.Equal(["story, due 2026-01-13 04:00:00Z: rejected  busy"], host.Said);
    }

    private sealed class Host : IAsyncDisposable
    {
        private readonly CancellationTokenSource stopping = new();
        private readonly Task running;

        public Host(DateTimeOffset now, string cron, RunMode environment = RunMode.Live, bool drill = false)
        {
            Time = new FakeTimeProvider(now);
            var trigger = $$"""{ "schedule": "{{cron}}"{{(drill ? ", \"drill\": true" : "")}} }""";
            var inject = """, "drill": { "detectWithin": "PT5M", "inject": [ { "id": "strand", "do": "chaos.deadLetter", "with": { "queue": "jobs", "count": 1, "ttl": "PT1H" } } ] }""";
            var read = PlaybookReader.Read($$"""
                { "playbook": "story", "version": "1.0.0", "title": "A story", "objectives": {}, "roles": { "approver": "approvers", "commander": "commanders" },
                  "triggers": [ {{trigger}} ], "steps": [ { "id": "say", "do": "notify", "with": { "channel": "incidents", "text": "hello" }, "onFailure": "continue" } ]{{(drill ? inject : "")}} }
                """, "story.json", _ => null);
            var playbook = read is ReadResult<Playbook>.Valid valid ? valid.Value
                : throw new InvalidOperationException(string.Join('\n', ((ReadResult<Playbook>.Invalid)read).Errors));
            var scheduler = new Scheduler(StartAsync, [playbook], Environments.Of(environment), Time, Said.Add);
            running = scheduler.RunAsync(stopping.Token);
        }

        public FakeTimeProvider Time { get; }
        public Channel<StartRequest> Starts { get; } = Channel.CreateUnbounded<StartRequest>();
        public List<string> Said { get; } = [];

        public async ValueTask DisposeAsync()
        {
            await stopping.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            stopping.Dispose();
        }

        private Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken)
        {
            Starts.Writer.TryWrite(request);
            return Task.FromResult<StartResult>(new StartResult.Rejected(["busy"]));
        }
    }
}
