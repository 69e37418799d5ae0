using System.Collections.Concurrent;
using System.Collections.Immutable;
using Playbooks.Connectors.Storage;
using Playbooks.Connectors.Teams.Graph;
using Playbooks.Connectors.Teams.Package;
using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Teams;

/// <summary>
/// People in Teams, and by other ways where Teams does not answer: card, activity feed, mail, text message, each tried only when the one before did
/// not work, each failure recorded in the run. Nothing here decides, and no step waits for it longer than a notice may take.
/// </summary>
public sealed class TeamsPeople : IPeople, IDisposable
{
    /// <summary>How soon a card is tried again that could not be posted.</summary>
    public static readonly TimeSpan CardRetry = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan NamesWithin = TimeSpan.FromSeconds(4);
    /// <summary>Cards of runs that ended longer ago are left as they are when a process starts.</summary>
    private static readonly TimeSpan SweptFor = TimeSpan.FromDays(1);
    private const string Reminder = ", reminder";
    /// <summary>Threads that are kept in memory; of those that are over, beyond it none is.</summary>
    private const int ThreadsMax = 512;

    private readonly ConcurrentDictionary<string, RunThread> threads = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly DeploymentEnvironment environment;
    private readonly TeamsTarget target;
    private readonly string channel;
    private readonly BotConnector bot;
    private readonly Reaching reaching;
    private readonly HttpClient smsClient;
    private readonly Func<IRuns> runs;
    private readonly TimeProvider time;

    /// <param name="environment">With a <c>teams</c> block.</param>
    /// <param name="runs">The shell; asked only when something is shown, since it is made after this.</param>
    public TeamsPeople(DeploymentEnvironment environment, BotConnector bot, GraphClients graph, Secrets secrets, Func<IRuns> runs, TimeProvider time)
        : this(environment, bot, graph, secrets, runs, time, SmsWebhook.IsHttps) { }

    internal TeamsPeople(DeploymentEnvironment environment, BotConnector bot, GraphClients graph, Secrets secrets, Func<IRuns> runs, TimeProvider time, Func<Uri, bool> isSmsAllowed)
    {
        (this.environment, target, this.bot, this.runs, this.time) = (environment, environment.Teams!, bot, runs, time);
        channel = environment.Channels[target.Channel].Channel!;
        smsClient = ResilientHandler.Client(time, new Patience(TimeSpan.FromSeconds(3), 1));
        reaching = new Reaching(target, channel, bot, graph, target.Sms is { } address ? new SmsWebhook(address, secrets, smsClient, isSmsAllowed) : null, time);
    }

    public async Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        var thread = ThreadOf(run.RunId);
        if (await thread.FindAsync(cancellationToken).ConfigureAwait(false) is not { Environment: not null } known)
            throw new ChannelException("The run is not known.");
        var group = message.Role.Length > 0 ? message.Role : known.Playbook?.CommanderGroup ?? "";
        var news = new Question(known.Id, Notices.Run, [group], $"{(known.Mode == RunMode.Drill ? "DRILL. " : "")}{known.Id}: {message.Text}", known.Now, known.Now, PageLinks.Run(target.Pages, known.Id), AppManifest.RunNews);
        var hops = reaching.Of(known, thread, news).Prepend(new Hop<object?>(NotificationChain.Card, NotificationChain.CardWithin, async token =>
        {
            await thread.ReplyAsync(group.Length > 0 ? $"To {group}: {message.Text}" : message.Text, token).ConfigureAwait(false);
            return null;
        }));
        var result = await NotificationChain.SendAsync(hops, (_, _) => Task.CompletedTask, time, cancellationToken).ConfigureAwait(false);
        thread.RootChanged();
        // The end is told once, as the run's last open matter: what is recorded of it must be recorded before.
        if (run.State == RunState.Ended)
            await thread.SealAsync(cancellationToken).ConfigureAwait(false);
        return result.Hop is null ? throw new ChannelException(result.Via) : result.Via;
    }

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken) =>
        ShowAsync(run.RunId, Notices.Approval(approval.Path, approval.Round), known => Question.Of(known, approval, target.Pages), open, cancellationToken);

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) =>
        ShowAsync(run.RunId, Notices.Ask(ask.Path, ask.What), known => Question.Of(known, ask, target.Pages), open, cancellationToken);

    /// <summary>What the action <c>notify</c> posts to a channel of Teams, as a thread of its own.</summary>
    /// <exception cref="ActionFailedException">Teams did not take it.</exception>
    public async Task<string> PostAsync(string name, string text, CancellationToken cancellationToken)
    {
        if (environment.Channels.GetValueOrDefault(name)?.Channel is not { } id)
            throw new ActionFailedException(ErrorKind.Invalid, $"{name} is no channel of Teams.");
        try
        {
            await bot.StartThreadAsync(id, BotMessage.Text(text), cancellationToken).ConfigureAwait(false);
            return NotificationChain.Card;
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not ActionFailedException && ChannelTrouble.Words(error) is not null)
        {
            throw new ActionFailedException(ErrorKind.Transient, $"Teams did not take the message: {ChannelTrouble.Words(error)}.");
        }
    }

    /// <summary>Told of what a run has come to: its root card follows soon, and the card of an approval shows each vote. Returns at once.</summary>
    public void Committed(Run run, ImmutableArray<RunEvent> happened)
    {
        if (run.Environment is null || !happened.Any(IsShown))
            return;
        var thread = ThreadOf(run.Id);
        thread.RootChanged();
        foreach (var vote in happened.OfType<RunEvent.VoteCounted>().Where(vote => NoticeCard.IsOpen(run, Notices.Approval(vote.Path, vote.Round))))
            _ = Task.Run(() => TryCardAsync(thread, Notices.Approval(vote.Path, vote.Round), stopping.Token), CancellationToken.None);
    }

    /// <summary>Says something in a conversation that the bot is part of, in plain text.</summary>
    /// <exception cref="ChannelException">Teams did not take it.</exception>
    public Task SayAsync(string serviceUrl, string conversation, string text, CancellationToken cancellationToken) =>
        bot.ReplyAsync(serviceUrl, conversation, BotMessage.Text(text), cancellationToken);

    /// <summary>Brings a card up to date after somebody has decided, and the root card with it.</summary>
    /// <exception cref="ChannelException">Teams did not take it; the next change tries again.</exception>
    public async Task RefreshAsync(string runId, string notice, CancellationToken cancellationToken)
    {
        var thread = ThreadOf(runId);
        thread.RootChanged();
        using var limit = new CancellationTokenSource(NotificationChain.CardWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await thread.ShowAsync(notice, either.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && error is not ChannelException && ChannelTrouble.Words(error) is { } why)
        {
            throw new ChannelException(why, error);
        }
    }

    /// <summary>Once when a process starts: cards of what changed meanwhile are brought up to date. What is still asked, the engine shows again by itself.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var summary in await runs().ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (summary.EndedAt < time.GetUtcNow() - SweptFor || await runs().FindAsync(summary.RunId, cancellationToken).ConfigureAwait(false) is not { Cards.IsEmpty: false } run)
                continue;
            var thread = ThreadOf(run.Id);
            thread.RootChanged();
            foreach (var notice in run.Cards.Keys.Where(notice => notice != Notices.Run && !NoticeCard.IsOpen(run, notice)))
            {
                try
                {
                    await thread.ShowAsync(notice, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception error) when (!cancellationToken.IsCancellationRequested && ChannelTrouble.Words(error) is not null)
                {
                    // It stays as it is. Whoever presses its buttons is refused and shown the current card.
                    break;
                }
            }
        }
    }

    public void Dispose()
    {
        stopping.Cancel();
        smsClient.Dispose();
        stopping.Dispose();
    }

    private async Task ShowAsync(string runId, string notice, Func<Run, Question> ask, bool open, CancellationToken cancellationToken)
    {
        var thread = ThreadOf(runId);
        if (await thread.FindAsync(cancellationToken).ConfigureAwait(false) is not { Environment: not null } run)
            return;
        thread.RootChanged();
        // Taken down and put up again at once when more people are asked: what counts is what the run says now.
        if (!open || !NoticeCard.IsOpen(run, notice))
        {
            if (!NoticeCard.IsOpen(run, notice))
                thread.StopWatching(notice);
            if (run.Cards.ContainsKey(notice))
                await TryCardAsync(thread, notice, cancellationToken).ConfigureAwait(false);
            return;
        }
        var question = ask(run);
        var hasCard = false;
        try
        {
            await KnowNamesAsync(thread, run, question, cancellationToken).ConfigureAwait(false);
            var card = new Hop<object?>(NotificationChain.Card, NotificationChain.CardWithin, async token =>
            {
                await thread.ShowAsync(notice, token).ConfigureAwait(false);
                return null;
            });
            var result = await NotificationChain.SendAsync(reaching.Of(run, thread, question).Prepend(card), (hop, why) => FailedAsync(thread, notice, hop, why, cancellationToken), time, cancellationToken).ConfigureAwait(false);
            hasCard = result.Hop == NotificationChain.Card;
            if (result.Hop is null)
                throw new ChannelException(result.Via);
            if (!hasCard)
                await thread.RecordAsync(new RunEvent.NoticeDelivered(notice, result.Hop, null, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Also when the shell has given up on this: people may have been reached all the same, and are reminded.
            var joined = thread.AskedSince(notice, question.Groups);
            thread.Watch(notice, token => WatchAsync(thread, question, hasCard, joined, token));
        }
    }

    /// <summary>Posts a card that could not be posted when Teams is back, and reminds people when half of the time is gone and nobody has reacted.</summary>
    /// <param name="joined">Who is asked since a moment ago: a card that changes tells nobody by itself.</param>
    private async Task WatchAsync(RunThread thread, Question question, bool hasCard, ImmutableArray<string> joined, CancellationToken cancellationToken)
    {
        try
        {
            if (!joined.IsEmpty && await thread.FindAsync(cancellationToken).ConfigureAwait(false) is { } escalated)
                await RemindAsync(thread, escalated, question with { Groups = joined }, cancellationToken).ConfigureAwait(false);
            var reminded = false;
            while (true)
            {
                var now = time.GetUtcNow();
                var next = reminded ? DateTimeOffset.MaxValue : question.Half > now ? question.Half : now;
                if (!hasCard && now + CardRetry < next)
                    next = now + CardRetry;
                if (next >= question.Until)
                    return;
                if (next > now)
                    await Task.Delay(next - now, time, cancellationToken).ConfigureAwait(false);
                if (await thread.FindAsync(cancellationToken).ConfigureAwait(false) is not { } run || !NoticeCard.IsOpen(run, question.Notice))
                    return;
                hasCard = hasCard || await TryCardAsync(thread, question.Notice, cancellationToken).ConfigureAwait(false);
                if (reminded || time.GetUtcNow() < question.Half)
                    continue;
                reminded = true;
                if (question.IsUntouched(run))
                    await RemindAsync(thread, run, question, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Nobody is asked any more, or the next process asks.
        }
    }

    private async Task RemindAsync(RunThread thread, Run run, Question question, CancellationToken cancellationToken)
    {
        var result = await NotificationChain.SendAsync(reaching.Of(run, thread, question, personally: true), (hop, why) => FailedAsync(thread, question.Notice, hop + Reminder, why, cancellationToken), time, cancellationToken)
            .ConfigureAwait(false);
        if (result.Hop is not null)
            await thread.RecordAsync(new RunEvent.NoticeDelivered(question.Notice, result.Hop + Reminder, null, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> TryCardAsync(RunThread thread, string notice, CancellationToken cancellationToken)
    {
        var card = new Hop<object?>(NotificationChain.Card, NotificationChain.CardWithin, async token =>
        {
            await thread.ShowAsync(notice, token).ConfigureAwait(false);
            return null;
        });
        // Not recorded: that it failed before is, and it will be tried again.
        return (await NotificationChain.SendAsync([card], (_, _) => Task.CompletedTask, time, cancellationToken).ConfigureAwait(false)).Hop is not null;
    }

    /// <summary>Whose clients fetch their own view unasked. Without it cards are as good for everybody else.</summary>
    private async Task KnowNamesAsync(RunThread thread, Run run, Question question, CancellationToken cancellationToken)
    {
        try
        {
            using var limit = new CancellationTokenSource(NamesWithin, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            thread.RefreshFor = [.. (await reaching.NamesOfAsync(run, question, either.Token).WaitAsync(either.Token).ConfigureAwait(false)).Take(CardLimits.RefreshedPeopleMax)];
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested && ChannelTrouble.Words(error) is not null)
        {
            thread.RefreshFor = [];
        }
    }

    /// <summary>What changes a root card. What only says how people were reached does not, else each update would lead to the next.</summary>
    private static bool IsShown(RunEvent happened) => happened is RunEvent.RunStarted or RunEvent.RecoveryStarted or RunEvent.DetectionAwaited or RunEvent.StepStarted or RunEvent.StepSucceeded or RunEvent.StepFailed
        or RunEvent.StepSkipped or RunEvent.OrderAwaited or RunEvent.OrderTaken or RunEvent.ApprovalOpened or RunEvent.ApprovalDecided or RunEvent.VoteCounted or RunEvent.ModelDegraded or RunEvent.ServiceRecovered
        or RunEvent.RtoAtRisk or RunEvent.RtoMissed or RunEvent.IsolationUnconfirmed or RunEvent.IsolationConfirmed or RunEvent.RunStopping or RunEvent.FinallyStarted or RunEvent.RunEnded or RunEvent.RunParked;

    private Task FailedAsync(RunThread thread, string notice, string hop, string why, CancellationToken cancellationToken) =>
        thread.RecordAsync(new RunEvent.NoticeFailed(notice, hop, why, time.GetUtcNow()), cancellationToken);

    private RunThread ThreadOf(string runId)
    {
        if (threads.Count > ThreadsMax)
        {
            foreach (var (id, thread) in threads.Where(thread => thread.Value.IsOver))
                threads.TryRemove(id, out _);
        }
        return threads.GetOrAdd(runId, id => new RunThread(id, channel, target.Pages, bot, runs(), time, stopping.Token));
    }
}
