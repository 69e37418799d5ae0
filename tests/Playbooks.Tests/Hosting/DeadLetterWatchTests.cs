using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Hosting;
using Playbooks.Tests.Alerts;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Web;

namespace Playbooks.Tests.Hosting;

/// <summary>When a count of dead letters becomes an alert, and when it is over.</summary>
public sealed class DeadLetterWatchTests
{
    private const string AtTen = """{ "deadLetters": { "queue": "jobs", "atLeast": 10 } }""";
    private static readonly DateTimeOffset Three = new(2026, 1, 12, 3, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider time = new(Three);
    private readonly MemoryAlerts inbox = new();
    private readonly List<string> said = [];
    private readonly List<string> asked = [];
    private LetterCount letters = new LetterCount.About(0);
    private int woken;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0 9")]
    [InlineData("0 10 200 11", "fired 3:01 10")]
    [InlineData("12", "fired 3:00 12")]
    [InlineData("12 9", "fired 3:00 12", "resolved 3:00 9")]
    [InlineData("12 9 0 3", "fired 3:00 12", "resolved 3:00 9")]
    [InlineData("12 9 9 10 10", "fired 3:00 12", "resolved 3:00 9", "fired 3:03 10")]
    [InlineData("12 9 15 0", "fired 3:00 12", "resolved 3:00 9", "fired 3:02 15", "resolved 3:02 0")]
    [InlineData("12 ? 12", "fired 3:00 12")]
    [InlineData("12 ? 9", "fired 3:00 12", "resolved 3:00 9")]
    [InlineData("? 12", "fired 3:01 12")]
    public async Task Each_crossing_is_one_alert_and_each_fall_its_end(string counts, params string[] kept)
    {
        await LookAsync(Watch(AtTen), counts);

        Assert.Equal(kept, Kept());
        Assert.Equal(kept.Length, woken);
        Assert.All(inbox.Kept, alert => Assert.Equal(("deadletters/live/jobs/10", DeadLetterWatch.Via), (alert.Received.AlertId, alert.Received.Via)));
    }

    [Theory]
    [InlineData("0 9")]
    [InlineData("0 10 200 11", "fired 3:01 10")]
    [InlineData("12 9 9 10 10", "fired 3:00 12", "resolved 3:00 9", "fired 3:03 10")]
    [InlineData("12 ? 12 9", "fired 3:00 12", "resolved 3:00 9")]
    public async Task A_restart_before_each_look_neither_starts_twice_nor_forgets(string counts, params string[] kept)
    {
        foreach (var count in counts.Split(' '))
            await LookAsync(Watch(AtTen), count);

        Assert.Equal(kept, Kept());
    }

    [Fact]
    public async Task Every_number_that_is_waited_for_has_alerts_of_its_own_and_its_queue_is_asked_once()
    {
        await LookAsync(Watch(AtTen, """{ "deadLetters": { "queue": "jobs", "atLeast": 100 } }""", AtTen), "12 150 20 0");

        Assert.Equal(["10 fired", "100 fired", "100 resolved", "10 resolved"], inbox.Kept.Select(kept => AzurePayload.Read(kept.Received.Text)).Select(alert => $"{alert.CustomProperties["atLeast"]} {alert.Condition.Name}"));
        Assert.Equal(4, asked.Count);
    }

    [Fact]
    public async Task A_queue_that_cannot_be_reached_is_said_once_and_again_when_it_works()
    {
        await LookAsync(Watch(AtTen), "0 ? ? ? 3 3 ?");

        Assert.Equal(["The dead letters of jobs cannot be counted, and start nothing until they can: The target answered 403.", "The dead letters of jobs are counted again: about 3.",
            "The dead letters of jobs cannot be counted, and start nothing until they can: The target answered 403."], said);
        Assert.Empty(inbox.Kept);
    }

    [Fact]
    public async Task It_looks_at_once_and_then_every_minute()
    {
        var looks = Channel.CreateUnbounded<DateTimeOffset>();
        using var stop = new CancellationTokenSource();
        var running = new DeadLetterWatch([Playbook(AtTen)], Environments.Of(RunMode.Live), (_, target, _) =>
        {
            looks.Writer.TryWrite(time.GetUtcNow());
            return Task.FromResult<LetterCount>(new LetterCount.About(target.DeadLetter == "jobs-poison" ? 12 : 0));
        }, inbox, () => { }, time, said.Add).RunAsync(stop.Token);

        Assert.Equal(Three, await looks.Reader.ReadAsync(Cancelled));
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(0, looks.Reader.Count);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Three.AddMinutes(1), await looks.Reader.ReadAsync(Cancelled));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(["fired 3:00 12"], Kept());
    }

    [Theory]
    [InlineData("""{ "schedule": "0 4 * * 2" }""")]
    [InlineData("""{ "deadLetters": { "queue": "mails", "atLeast": 1 } }""", "story starts by dead letters of mails, a queue that live does not have: here they start nothing.")]
    public async Task Where_no_queue_is_to_be_watched_none_is_asked(string trigger, params string[] says)
    {
        using var stop = new CancellationTokenSource();
        var running = Watch(trigger).RunAsync(stop.Token);
        time.Advance(TimeSpan.FromHours(1));

        Assert.Empty(asked);
        Assert.Equal(says, said);
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private DeadLetterWatch Watch(params string[] triggers) => new([.. triggers.Select(Playbook)], Environments.Of(RunMode.Live), (environment, target, _) =>
    {
        asked.Add($"{environment.Name} {target.DeadLetter}");
        return Task.FromResult(letters);
    }, inbox, () => woken++, time, said.Add);

    /// <param name="counts">One for each minute; a question mark where the queue does not answer.</param>
    private async Task LookAsync(DeadLetterWatch watch, string counts)
    {
        foreach (var count in counts.Split(' '))
        {
            letters = count == "?" ? new LetterCount.Unknown("The target answered 403.") : new LetterCount.About(long.Parse(count, CultureInfo.InvariantCulture));
            await watch.LookAsync(Cancelled);
            time.Advance(DeadLetterWatch.Every);
        }
    }

    /// <summary>What was kept: condition, when it fired, the count.</summary>
    private IEnumerable<string> Kept() => inbox.Kept.Select(kept => AzurePayload.Read(kept.Received.Text))
        .Select(alert => string.Create(CultureInfo.InvariantCulture, $"{alert.Condition.Name} {alert.FiredAt:H:mm} {alert.CustomProperties["count"]}"));

    private static Playbook Playbook(string trigger) => Definitions.Read.Valid($$"""
        { "playbook": "story", "version": "1.0.0", "title": "A story", "triggers": [ {{trigger}} ], "steps": [ { "id": "a", "wait": { "for": "PT1S" } } ] }
        """);
}
