using Azure.Core;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Integration.Tests.Artifacts;
using Playbooks.Integration.Tests.Azurite;

namespace Playbooks.Integration.Tests.DeadLetters;

[Collection(UsesAzurite.Name)]
public class LetterCrashTests(AzuriteFixture azurite)
{
    private const int CallsMax = 100;
    private static readonly string[] Letters =
    [
        LetterRig.Enveloped("a", "x", at: 1), LetterRig.Enveloped("b", "x", at: 2), LetterRig.Enveloped("a", "x", at: 3), LetterRig.Enveloped("c", "y"),
        LetterRig.Enveloped("e", "z", "erased"), LetterRig.Enveloped("spent", attempts: 3),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ConsumerKind.Keyed, true)]
    [InlineData(ConsumerKind.Keyed, false)]
    [InlineData(ConsumerKind.Unkeyed, true)]
    [InlineData(ConsumerKind.Unkeyed, false)]
    public async Task A_kill_at_any_storage_call_loses_no_letter_and_doubles_no_effect(ConsumerKind consumer, bool before)
    {
        var crashes = 0;
        for (var at = 1; at <= CallsMax; at++)
        {
            using var rig = await LetterRig.NewAsync(azurite, consumer);
            await rig.Erasures.AddAsync("erased", "all", DateTimeOffset.UtcNow, "case", Cancelled);
            await rig.PlantAsync(Letters);
            if (!await CrashAtAsync(rig, at, before))
                break;
            crashes++;
            await AssertEveryLetterIsSomewhereAsync(rig, at);
            var output = LetterRig.Counts(await rig.SucceedAsync());
            await AssertEndAsync(rig, consumer, $"crash {(before ? "before" : "after")} call {at}: {output}");
        }
        Assert.InRange(crashes, 15, CallsMax - 1);
    }

    [Theory]
    [InlineData(ConsumerKind.Keyed)]
    [InlineData(ConsumerKind.Unkeyed)]
    public async Task A_lost_answer_to_a_send_is_sent_again_to_a_keyed_consumer_and_quarantined_for_others(ConsumerKind consumer)
    {
        using var rig = await LetterRig.NewAsync(azurite, consumer);
        await rig.PlantAsync(LetterRig.Enveloped("a", "x", at: 1), LetterRig.Enveloped("b", "x", at: 2));
        var lost = 0;
        var hook = new RequestHook
        {
            After = (_, request) => IsSend(request) && Interlocked.Exchange(ref lost, 1) == 0 ? throw new IOException("the answer is lost") : Task.CompletedTask,
        };
        var output = LetterRig.Counts(await rig.SucceedAsync(configure: hook.Install));
        var sent = (await rig.WorkAsync()).Select(LetterRig.KeyOf).ToList();
        if (consumer == ConsumerKind.Keyed)
        {
            Assert.Equal("matched=2 sent=2 duplicates=0 erased=0 quarantined=0 held=0 returned=0", output);
            Assert.Equal(["a", "a", "b"], sent);
        }
        else
        {
            // The second of the order key waits behind the first, whose fate a person must find out.
            Assert.Equal("matched=2 sent=0 duplicates=0 erased=0 quarantined=1 held=1 returned=0", output);
            Assert.Equal(["a"], sent);
        }
    }

    [Fact]
    public async Task Storage_that_refuses_in_the_middle_delays_the_replay_and_loses_nothing()
    {
        using var rig = await LetterRig.NewAsync(azurite);
        await rig.PlantAsync(Enumerable.Range(0, 100).Select(i => LetterRig.Enveloped($"{i}")));
        await using var queues = new Faults.TcpProxy(azurite.Ports.Queue);
        using var far = rig.Seen((azurite.Ports with { Queue = queues.Port }).ConnectionString);
        var sends = 0;
        var hook = new RequestHook();
        hook.Before = (_, request) =>
        {
            if (IsSend(request) && Interlocked.Increment(ref sends) == 20)
                queues.Refuse();
            return Task.CompletedTask;
        };
        var actions = LetterRig.Actions(hook.Install);
        var refused = Assert.IsType<Outcome.Pending>(await actions.ExecuteAsync(far.Call(), Cancelled));
        Assert.Contains("Storage", refused.Progress, StringComparison.Ordinal);
        queues.Pass();
        Assert.Equal("matched=100 sent=100 duplicates=0 erased=0 quarantined=0 held=0 returned=0", LetterRig.Counts(await far.SucceedAsync()));
        Assert.Equal(100, (await rig.WorkAsync()).Select(LetterRig.KeyOf).Distinct().Count());
    }

    private static bool IsSend(Request request) =>
        request.Method == RequestMethod.Post && request.Uri.Path.EndsWith("/messages", StringComparison.Ordinal);

    /// <summary>Ends the process at a call, and with it all that it does at the same time.</summary>
    /// <returns>False if it was done before.</returns>
    private static async Task<bool> CrashAtAsync(LetterRig rig, int at, bool before)
    {
        var hook = new RequestHook();
        Task Die(int number, Request _) => number >= at ? throw new CrashException() : Task.CompletedTask;
        // Whoever comes after the one that died is dead too.
        hook.Before = (number, request) => before ? Die(number, request) : Die(number - 1, request);
        hook.After = before ? null : Die;
        try
        {
            await rig.SucceedAsync(configure: hook.Install);
            return false;
        }
        catch (CrashException)
        {
            return true;
        }
    }

    private static async Task AssertEveryLetterIsSomewhereAsync(LetterRig rig, int at)
    {
        var rows = await rig.RowsAsync();
        var dead = await LetterRig.CountAsync(rig.Dead);
        Assert.True(dead + rows.Count >= Letters.Length, $"at {at}: {dead} dead letters and {rows.Count} rows");
        Assert.All(rows.Where(row => row.State is LetterState.Held or LetterState.Quarantined), row => Assert.NotNull(row.Text));
        Assert.True(await LetterRig.CountAsync(rig.Work) >= rows.Count(row => row.State == LetterState.Sent));
    }

    private static async Task AssertEndAsync(LetterRig rig, ConsumerKind consumer, string when)
    {
        var rows = await rig.RowsAsync();
        var sent = (await rig.WorkAsync()).Select(LetterRig.KeyOf).ToList();
        Assert.True(rows.Count == Letters.Length, when);
        Assert.Equal(0, await LetterRig.CountAsync(rig.Dead));
        Assert.Equal(["e", "spent"], new[] { rows.Single(row => row.Why == Why.Erased).Key is "" ? "e" : "?", rows.Single(row => row.Why == Why.Attempts).Key });
        Assert.True(rows.Count(row => row.Why == Why.Duplicate) == 1, when);
        Assert.True(!sent.Contains("e") && !sent.Contains("spent"), when);
        var first = sent.Distinct().Where(key => key is "a" or "b");
        Assert.True(first.SequenceEqual(first.Order()), when + ": order " + string.Join(' ', sent));
        if (consumer == ConsumerKind.Keyed)
            Assert.True(sent.Distinct().Order().SequenceEqual(["a", "b", "c"]) && rows.Count(row => row.State == LetterState.Sent) == 3, when);
        else
            // At most once in the queue; and what is not known to be there waits for a person.
            Assert.True(sent.Count == sent.Distinct().Count()
                && rows.All(row => row.State != LetterState.Sent || sent.Contains(row.Key)) && rows.All(row => row.State != LetterState.Held || row.Why == Why.Order), when);
    }
}
