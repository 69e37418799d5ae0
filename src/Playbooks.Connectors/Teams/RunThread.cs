using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Cryptography;
using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Teams;

/// <summary>
/// The thread of one run: its root card and the cards below it. Where they lie, the journal remembers; the secrets of those that can be pressed only
/// this process, so that after a restart they are given new ones.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore holds no handle, and what answers late still releases it.")]
internal sealed class RunThread(string runId, string channel, Uri pages, BotConnector bot, IRuns runs, TimeProvider time, CancellationToken stopping)
{
    private const int NonceBytes = 32;
    /// <summary>Changes in this time become one update of the root card.</summary>
    public static readonly TimeSpan RootInterval = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan RootRetry = TimeSpan.FromSeconds(30);
    private const int RootTriesMax = 40;

    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, Shown> shown = new(StringComparer.Ordinal);
    private readonly Dictionary<string, CancellationTokenSource> watched = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>> asked = new(StringComparer.Ordinal);
    private readonly object rootGate = new();
    private bool rootChanged, rootUpdating;
    /// <summary>The run is over and its evidence made: what comes later is in no journal.</summary>
    private bool sealedOff;

    private sealed record Shown(PostedCard Card, string Nonce, JsonData Last);

    /// <summary>Nothing of the run is left to be done here.</summary>
    public bool IsOver
    {
        get
        {
            lock (rootGate)
                return sealedOff && !rootUpdating;
        }
    }

    /// <summary>For clients that fetch their own view unasked.</summary>
    public ImmutableArray<string> RefreshFor { get; set; } = [];

    public Task<Run?> FindAsync(CancellationToken cancellationToken) => runs.FindAsync(runId, cancellationToken);

    /// <summary>Posts the card of a notice, or brings the one that lies there up to date.</summary>
    public Task ShowAsync(string notice, CancellationToken cancellationToken) => AloneAsync(async run => await ShowAsync(run, notice, cancellationToken).ConfigureAwait(false), cancellationToken);

    /// <summary>Posts a text below the root card.</summary>
    public Task ReplyAsync(string text, CancellationToken cancellationToken) => AloneAsync(async run =>
    {
        var root = await RootAsync(run, cancellationToken).ConfigureAwait(false);
        await bot.ReplyAsync(root.ServiceUrl, root.Conversation, BotMessage.Text(text), cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>The last word of a run: afterwards nothing of it is recorded any more.</summary>
    public async Task SealAsync(CancellationToken cancellationToken)
    {
        lock (watched)
        {
            foreach (var one in watched.Values)
                one.Cancel();
            watched.Clear();
        }
        await AloneAsync(_ =>
        {
            sealedOff = true;
            return Task.CompletedTask;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A link that Teams opens: to the root card, or to the channel where there is none.</summary>
    public async Task<Uri> LinkAsync(string tenant, CancellationToken cancellationToken)
    {
        var run = await FindAsync(cancellationToken).ConfigureAwait(false);
        var root = run?.Cards.GetValueOrDefault(Notices.Run);
        return new Uri(root is null ? $"https://teams.microsoft.com/l/channel/{Uri.EscapeDataString(channel)}/incidents?tenantId={tenant}"
            : $"https://teams.microsoft.com/l/message/{Uri.EscapeDataString(channel)}/{Uri.EscapeDataString(root.Activity)}?tenantId={tenant}&parentMessageId={Uri.EscapeDataString(root.Activity)}");
    }

    /// <summary>Records what became of a notice, unless the run is over.</summary>
    public async Task RecordAsync(RunEvent happened, CancellationToken cancellationToken)
    {
        if (!sealedOff)
            await runs.SignalAsync(runId, happened, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Groups that are asked now and were not when this notice was shown last; none when it is shown for the first time.</summary>
    public ImmutableArray<string> AskedSince(string notice, ImmutableArray<string> groups)
    {
        lock (watched)
        {
            var before = asked.GetValueOrDefault(notice, groups);
            asked[notice] = groups;
            return groups.RemoveRange(before);
        }
    }

    /// <summary>Watches a notice until it is told to stop. One watch a notice.</summary>
    public void Watch(string notice, Func<CancellationToken, Task> watchAsync)
    {
        CancellationTokenSource stop;
        lock (watched)
        {
            if (watched.Remove(notice, out var earlier))
                earlier.Cancel();
            watched[notice] = stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        }
        _ = Task.Run(() => watchAsync(stop.Token), CancellationToken.None);
    }

    public void StopWatching(string notice)
    {
        lock (watched)
        {
            if (watched.Remove(notice, out var stop))
                stop.Cancel();
        }
    }

    /// <summary>The root card is brought up to date soon, whatever else changes until then along with it.</summary>
    public void RootChanged()
    {
        lock (rootGate)
        {
            rootChanged = true;
            if (rootUpdating)
                return;
            rootUpdating = true;
        }
        _ = Task.Run(UpdateRootAsync, CancellationToken.None);
    }

    private async Task UpdateRootAsync()
    {
        var failures = 0;
        try
        {
            while (true)
            {
                lock (rootGate)
                {
                    if (!rootChanged || failures > RootTriesMax)
                    {
                        rootUpdating = false;
                        return;
                    }
                    rootChanged = false;
                }
                var again = RootInterval;
                try
                {
                    using var limit = new CancellationTokenSource(NotificationChain.CardWithin, time);
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
                    await ShowAsync(Notices.Run, either.Token).ConfigureAwait(false);
                    failures = 0;
                }
                catch (Exception error) when (!stopping.IsCancellationRequested && ChannelTrouble.Words(error) is not null)
                {
                    // Once for each time that Teams is away; a journal is not for counting seconds.
                    if (failures++ == 0)
                        await RecordAsync(new RunEvent.NoticeFailed(Notices.Run, NotificationChain.Card, ChannelTrouble.Words(error)!, time.GetUtcNow()), stopping).ConfigureAwait(false);
                    lock (rootGate)
                        rootChanged = true;
                    again = RootRetry;
                }
                await Task.Delay(again, time, stopping).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next process brings it up to date.
        }
    }

    private async Task AloneAsync(Func<Run, Task> act, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await FindAsync(cancellationToken).ConfigureAwait(false) is { } run)
            {
                sealedOff |= run.IsQuiet;
                await act(run).ConfigureAwait(false);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<PostedCard> RootAsync(Run run, CancellationToken cancellationToken) =>
        shown.GetValueOrDefault(Notices.Run)?.Card ?? run.Cards.GetValueOrDefault(Notices.Run) ?? await PostAsync(run, Notices.Run, cancellationToken).ConfigureAwait(false);

    private async Task ShowAsync(Run run, string notice, CancellationToken cancellationToken)
    {
        var known = shown.GetValueOrDefault(notice);
        var lies = known?.Card ?? run.Cards.GetValueOrDefault(notice);
        if (lies is null)
        {
            await PostAsync(run, notice, cancellationToken).ConfigureAwait(false);
            return;
        }
        var nonce = known?.Nonce ?? NewNonce();
        if (Card(run, notice, nonce) is not { } card || card == known?.Last)
            return;
        try
        {
            await bot.UpdateAsync(lies.ServiceUrl, lies.Conversation, lies.Activity, BotMessage.Card(card, Summary(run, notice)), cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelException gone) when (gone.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            // Somebody deleted it. Who is asked must see what is asked.
            await PostAsync(run, notice, cancellationToken).ConfigureAwait(false);
            return;
        }
        var updated = lies with { NonceDigest = CardSubject.Digest(nonce) };
        // A card without buttons needs no secret, and its place is known.
        if (known is null && NoticeCard.IsOpen(run, notice))
            await RecordAsync(new RunEvent.NoticeDelivered(notice, NotificationChain.Card, updated, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        shown[notice] = new Shown(updated, nonce, card);
    }

    private async Task<PostedCard> PostAsync(Run run, string notice, CancellationToken cancellationToken)
    {
        var nonce = NewNonce();
        var card = Card(run, notice, nonce) ?? throw new InvalidOperationException($"'{notice}' names no card.");
        var activity = BotMessage.Card(card, Summary(run, notice));
        Posted posted;
        if (notice == Notices.Run)
        {
            posted = await bot.StartThreadAsync(channel, activity, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var root = await RootAsync(run, cancellationToken).ConfigureAwait(false);
            posted = await bot.ReplyAsync(root.ServiceUrl, root.Conversation, activity, cancellationToken).ConfigureAwait(false);
        }
        var made = new PostedCard(posted.ServiceUrl, posted.Conversation, posted.Activity, CardSubject.Digest(nonce));
        // Remembered here first: were the journal slow, the card must not be posted again.
        shown[notice] = new Shown(made, nonce, card);
        await RecordAsync(new RunEvent.NoticeDelivered(notice, NotificationChain.Card, made, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        return made;
    }

    private JsonData? Card(Run run, string notice, string nonce) => NoticeCard.Of(run, notice, new CardContext(pages, nonce) { RefreshFor = RefreshFor });

    private static string Summary(Run run, string notice) => (notice == Notices.Run, NoticeCard.IsOpen(run, notice)) switch
    {
        (true, _) => $"Recovery: {run.Playbook?.Title ?? run.Id}",
        (_, true) => $"Somebody is needed: {run.Playbook?.Title ?? run.Id}",
        _ => $"No longer open: {run.Playbook?.Title ?? run.Id}",
    };

    private static string NewNonce() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(NonceBytes));
}
