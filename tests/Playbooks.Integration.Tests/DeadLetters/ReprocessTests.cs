using System.Text;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Integration.Tests.Artifacts;
using Playbooks.Integration.Tests.Azurite;
using Playbooks.Integration.Tests.Gateway;

namespace Playbooks.Integration.Tests.DeadLetters;

[Collection(UsesAzurite.Name)]
public class ReprocessTests(AzuriteFixture azurite)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Looking_counts_the_letters_and_takes_none()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(LetterRig.Enveloped("a"), LetterRig.Enveloped("b"));
        var answer = await LetterRig.Actions().ProbeAsync(rig.Call(), TestContext.Current.CancellationToken);
        Assert.True(answer.Ready, answer.Now);
        Assert.StartsWith("about 2 letters", answer.After, StringComparison.Ordinal);
        Assert.Equal(2, await LetterRig.CountAsync(rig.Dead));
        Assert.Empty(await rig.WorkAsync());
    }

    [Fact]
    public async Task Letters_of_one_key_are_sent_once_also_by_a_later_run()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(LetterRig.Enveloped("a", attempts: 0), LetterRig.Enveloped("b", attempts: 0), LetterRig.Enveloped("a", attempts: 0));
        Assert.Equal("matched=3 sent=2 duplicates=1 erased=0 quarantined=0 held=0 returned=0", LetterRig.Counts(await rig.SucceedAsync()));

        await rig.PlantAsync(LetterRig.Enveloped("b", attempts: 0), LetterRig.Enveloped("c", attempts: 0));
        Assert.Equal("matched=2 sent=1 duplicates=1 erased=0 quarantined=0 held=0 returned=0",
            LetterRig.Counts(await rig.SucceedAsync(rig.Call("key-2"))));
        Assert.Equal(["a", "b", "c"], (await rig.WorkAsync()).Select(LetterRig.KeyOf).Order());
        Assert.Equal(0, await LetterRig.CountAsync(rig.Dead));
    }

    [Fact]
    public async Task A_letter_without_our_envelope_is_sent_exactly_as_found_in_base64_or_raw()
    {
        using var rig = await LetterRig.NewAsync(azurite, classifier: "error.kind");
        string[] found =
        [
            """{ "id": 7, "error": { "kind": "timeout" } }""",
            Convert.ToBase64String(Encoding.UTF8.GetBytes("""{ "id": 8, "error": { "kind": "poison" } }""")),
            "no JSON at all: äöü",
        ];
        await rig.PlantAsync(found);
        await rig.SucceedAsync();
        Assert.Equal(found.Order(StringComparer.Ordinal), (await rig.WorkAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(["poison", "timeout", "unknown"], (await rig.RowsAsync()).Select(row => row.Reason).Order());
    }

    [Fact]
    public async Task What_we_send_says_that_it_is_a_replay_and_never_expires()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(LetterRig.Enveloped("a", body: """{"keep":1.50}"""));
        var id = (await rig.Dead.PeekMessagesAsync(1, Cancelled)).Value[0].MessageId;
        await rig.SucceedAsync();
        var sent = (await rig.Work.PeekMessagesAsync(1, Cancelled)).Value[0];
        var letter = JsonData.Parse(sent.MessageText);
        Assert.Equal((1L, id, JsonData.Parse("""{"keep":1.5}""")), (letter["attempts"]!.AsInt64()!.Value, letter["origin"]!.AsString(), letter["body"]));
        Assert.True(sent.ExpiresOn > DateTimeOffset.UtcNow.AddYears(100));
    }

    [Fact]
    public async Task Letters_of_64_KiB_pass_through_the_ledger_unchanged()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        string[] found = [.. Enumerable.Range(0, 40).Select(i => $"{i:D2}" + new string('x', (64 * 1024) - 2))];
        await rig.PlantAsync(found);
        Assert.Equal(40, (await rig.SucceedAsync())["sent"]!.AsInt64());
        Assert.Equal(found, (await rig.WorkAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_filter_holds_back_what_it_does_not_take_and_a_later_run_may_take_it()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(LetterRig.Enveloped("a", body: """{"course":1}"""), LetterRig.Enveloped("b", body: """{"course":2}"""));
        var call = rig.Call(inputs: ("filter", JsonData.Of("reason == 'timeout' && body.course == `1`")));
        Assert.Equal("matched=1 sent=1 duplicates=0 erased=0 quarantined=0 held=1 returned=0", LetterRig.Counts(await rig.SucceedAsync(call)));
        Assert.Equal("matched=1 sent=1 duplicates=0 erased=0 quarantined=0 held=0 returned=0", LetterRig.Counts(await rig.SucceedAsync(rig.Call("key-2"))));
    }

    [Fact]
    public async Task A_letter_about_an_erased_subject_is_dropped_and_nothing_of_it_is_kept()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.Erasures.AddAsync("student-7", "all", DateTimeOffset.UtcNow, "case 1", Cancelled);
        await rig.PlantAsync(LetterRig.Enveloped("a-student-7", "student-7", "student-7"), LetterRig.Enveloped("b", "student-8", "student-8"));
        Assert.Equal("matched=2 sent=1 duplicates=0 erased=1 quarantined=0 held=0 returned=0", LetterRig.Counts(await rig.SucceedAsync()));
        await foreach (var entity in rig.Table.QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancelled))
            Assert.DoesNotContain(entity, pair => pair.Value is string text && text.Contains("student-7", StringComparison.Ordinal));
        Assert.Null((await rig.RowsAsync()).Single(row => row.State == LetterState.Dropped).Text);
    }

    [Fact]
    public async Task Letters_of_one_order_key_are_sent_in_the_order_they_were_asked_for()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(from at in Enumerable.Range(0, 20).Reverse() from order in Orders select LetterRig.Enveloped($"{order}{at:D2}", order, at: at));
        await rig.SucceedAsync();
        var sent = (await rig.WorkAsync()).Select(LetterRig.KeyOf).ToList();
        Assert.Equal(60, sent.Count);
        Assert.All(Orders, order =>
            Assert.Equal(Enumerable.Range(0, 20).Select(at => $"{order}{at:D2}"), sent.Where(key => key.StartsWith(order, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_poisoned_letter_is_quarantined_when_its_attempts_are_used_up()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await using var consumer = new Consumer(rig, text => LetterRig.KeyOf(text) != "poison");
        await rig.PlantAsync(LetterRig.Enveloped("poison"), LetterRig.Enveloped("good"), LetterRig.Enveloped("spent", attempts: 3));
        var output = await rig.SucceedAsync(rig.Call(inputs: ("maxAttempts", JsonData.Of(3))), pace: Watching);
        Assert.Equal("matched=3 sent=2 duplicates=0 erased=0 quarantined=2 held=0 returned=3", LetterRig.Counts(output));
        Assert.Equal(["good"], consumer.Effects.Keys);
        var quarantined = (await rig.RowsAsync()).Where(row => row.State == LetterState.Quarantined).ToList();
        Assert.Equal(["poison", "spent"], quarantined.Select(row => row.Key).Order());
        Assert.All(quarantined, row => Assert.Equal(row.Key, LetterRig.KeyOf(row.Text!)));
        Assert.Equal(0, await LetterRig.CountAsync(rig.Dead));
    }

    [Fact]
    public async Task A_ramp_stops_when_too_many_come_back_and_a_retry_goes_on_with_the_rest()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        var broken = true;
        await using var consumer = new Consumer(rig, _ => !broken);
        await rig.PlantAsync(Enumerable.Range(0, 40).Select(i => LetterRig.Enveloped($"k{i:D2}", at: i)));
        (string, JsonData)[] inputs = [("rampPercent", JsonData.Parse("[10, 100]")), ("stopAtErrorPercent", JsonData.Of(20))];
        var failed = Assert.IsType<Outcome.Failed>(await rig.RunAsync(rig.Call(inputs: inputs), pace: Watching));
        Assert.Equal(ErrorKind.Integrity, failed.Kind);
        Assert.Contains("Sent 4, came back", failed.Message, StringComparison.Ordinal);
        // Asked again, as after a crash before the answer was recorded: the same answer, and nothing sent.
        Assert.Equal(failed, await rig.RunAsync(rig.Call(inputs: inputs), pace: Watching));
        Assert.Equal(36, (await rig.RowsAsync()).Count(row => row.State == LetterState.Held && !row.Returned));

        await Eventually.TrueAsync(async () => await LetterRig.CountAsync(rig.Work) == 0, "the work queue is empty");
        broken = false;
        var output = await rig.SucceedAsync(rig.Call(attempt: 2, inputs: inputs), pace: Watching);
        Assert.Equal((40L, 0L), (output["sent"]!.AsInt64(), output["held"]!.AsInt64()));
        Assert.Equal(40, consumer.Effects.Count);
    }

    [Fact]
    public async Task A_stopping_run_sends_nothing_more()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(LetterRig.Enveloped("a"));
        Assert.IsType<Outcome.Failed>(await rig.RunAsync(rig.Call(stopping: true)));
        Assert.Equal((1, 0), (await LetterRig.CountAsync(rig.Dead), await LetterRig.CountAsync(rig.Work)));
    }

    [Fact]
    public async Task A_rerun_of_a_finished_step_changes_nothing()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(LetterRig.Enveloped("a"), LetterRig.Enveloped("b"));
        var first = await rig.SucceedAsync();
        var before = await rig.RowsAsync();
        await rig.PlantAsync(LetterRig.Enveloped("c"));
        Assert.Equal(first, await rig.SucceedAsync());
        Assert.Equal(before, await rig.RowsAsync());
        Assert.Equal((1, 2), (await LetterRig.CountAsync(rig.Dead), await LetterRig.CountAsync(rig.Work)));
    }

    [Fact]
    public async Task The_rate_is_kept()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(Enumerable.Range(0, 12).Select(i => LetterRig.Enveloped($"{i}")));
        var hook = new RequestHook();
        var sends = new System.Collections.Concurrent.ConcurrentQueue<long>();
        hook.Before = (_, request) =>
        {
            if (request.Method == Azure.Core.RequestMethod.Post && request.Uri.Path.EndsWith("/messages", StringComparison.Ordinal))
                sends.Enqueue(TimeProvider.System.GetTimestamp());
            return Task.CompletedTask;
        };
        await rig.SucceedAsync(rig.Call(inputs: ("ratePerSecond", JsonData.Of(10))), hook.Install);
        // Twelve letters have eleven gaps of a tenth of a second: later than that is fine, sooner is not.
        Assert.True(TimeProvider.System.GetElapsedTime(sends.Min(), sends.Max()) > TimeSpan.FromSeconds(1));
        Assert.Equal(12, sends.Count);
    }

    [Fact]
    public async Task A_letter_costs_about_two_storage_calls()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(Enumerable.Range(0, 320).Select(i => LetterRig.Enveloped($"{i}")));
        var hook = new RequestHook();
        await rig.SucceedAsync(configure: hook.Install);
        // 10 receives, 10 transactions, 320 deletions, 7 claims, 320 sends, 7 marks; the rest is per call and share.
        Assert.InRange(hook.Count, 674, 674 + 25);
    }

    private static readonly string[] Orders = ["x", "y", "z"];
    private static readonly ReplayPace Watching = LetterRig.Quick with { WatchMax = TimeSpan.FromSeconds(20) };
}
