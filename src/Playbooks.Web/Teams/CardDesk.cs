using Playbooks.Core;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Renderings;
using Playbooks.Web.Access;

namespace Playbooks.Web.Teams;

/// <summary>
/// Takes what people do with cards. A vote, a confirmation or an order passes the checks of the card, then the door and the decider, and is durable before
/// its answer; whatever was refused stands in the run. The answer is the card as it is then, for whoever used it.
/// </summary>
/// <param name="changed">Told of the run and the notice when something was taken, so that the card of everybody can follow. Returns at once.</param>
/// <param name="log">For the operator.</param>
public sealed class CardDesk(IRuns runs, RunDoor door, CardViews views, Action<string, string> changed, TimeProvider time, Action<string> log)
{
    /// <summary>From the arrival of an activity. Teams wants an answer within five seconds.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(4);

    /// <summary>Uses of cards under way, those included that were answered before they were recorded.</summary>
    public const int UnderWayMax = 256;

    private const int PersonMaxCharacters = 160;
    private const string Recording = "It is being recorded. This card shows in a moment what became of it; pressing again counts no second time.";

    private long strangers;
    private int underWay;

    /// <summary>How often somebody used a card of a run that does not exist here. No run could record it.</summary>
    public long Strangers => Interlocked.Read(ref strangers);

    /// <param name="press">Null for what is no use of a card of ours.</param>
    /// <param name="within">What is left of <see cref="AnswerWithin"/>.</param>
    public async Task<CardReply> TakeAsync(BotActivity activity, CardPress? press, TimeSpan within)
    {
        if (press is not { Place: not null })
            return CardReply.Bad("NotOurCard", "That is no button of a card of this bot.");
        if (Interlocked.Increment(ref underWay) > UnderWayMax)
        {
            Interlocked.Decrement(ref underWay);
            return CardReply.Trouble("Too much is asked at once. Nothing was recorded; press again in a moment.");
        }
        var use = new Use(activity, press);
        // Never given up: what is late for whoever waits is recorded all the same.
        var answering = AnswerAsync(use);
        _ = answering.ContinueWith(ended =>
        {
            Interlocked.Decrement(ref underWay);
            if (ended.Exception is { InnerException: { } error })
                log(Printable.Line($"A card could not be answered: {error.Message}"));
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            return await answering.WaitAsync(within, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return use.Run is { } run ? views.Of(run, press, activity, new CardViewer(Recording, MayDecide: false)) : CardReply.Message(Recording);
        }
#pragma warning disable CA1031 // Whatever it is, it is ours; the person must hear that nobody knows, and not that it failed.
        catch (Exception)
#pragma warning restore CA1031
        {
            return CardReply.Trouble("Nobody knows whether that was recorded. Look at the card again in a moment; pressing again counts no second time.");
        }
    }

    private async Task<CardReply> AnswerAsync(Use use)
    {
        var (activity, press) = (use.Activity, use.Press);
        if (await runs.FindAsync(press.Subject.RunId, CancellationToken.None).ConfigureAwait(false) is not { } run)
            return Stranger();
        use.Run = run;
        var by = CallerOf(activity);
        if (press.IsRefresh)
            return views.Of(run, press, activity, await views.ViewerAsync(run, press, activity, by).ConfigureAwait(false));
        // Bot Service repeats a press that nobody answered, with the secret that the card had then: a host that started anew meanwhile has renewed it.
        var judgement = CardChecks.FirstThatFails(run, press, activity) is { } check && !CardChecks.WasTaken(run, press, activity)
            ? await door.RefuseAsync(by, run.Id, press.Operation, CardPress.IdOf(activity), press.Place!.Path, check.Reason, CancellationToken.None).ConfigureAwait(false)
            : await RefusedBeforeAsync(run, by, CardPress.IdOf(activity)).ConfigureAwait(false) ?? await JudgeAsync(run, by, press, CardPress.IdOf(activity)).ConfigureAwait(false);
        if (judgement.Accepted)
            changed(run.Id, press.Subject.Notice);
        var now = await runs.FindAsync(run.Id, CancellationToken.None).ConfigureAwait(false) ?? run;
        return views.Of(now, press, activity, new CardViewer(Says(press, judgement), MayDecide: judgement.Code is JudgementCode.TryAgain or JudgementCode.Invalid));
    }

    /// <summary>The same message again gets the answer that it got before, also where rights have been given since.</summary>
    private async Task<Judgement?> RefusedBeforeAsync(Run run, Caller by, string id)
    {
        if (!run.Seen.Contains($"refused/{by.Person}/{id}"))
            return null;
        var journal = await runs.ReadAsync(run.Id, 1, CancellationToken.None).ConfigureAwait(false);
        return journal.Select(stored => stored.Event).OfType<RunEvent.RequestRefused>().FirstOrDefault(refused => refused.RequestId == $"{by.Person}/{id}") is { } before
            ? Judgement.Forbidden(before.Reason) : null;
    }

    private async Task<Judgement> JudgeAsync(Run run, Caller by, CardPress press, string id) => (press.Verb, press.Place) switch
    {
        (CardVerbs.Approve or CardVerbs.Reject, CardPlace.Approval asked) => await door.VoteAsync(by, run.Id, new VoteBody(id, asked.At, asked.Round,
            await DigestAsync(run, asked).ConfigureAwait(false), press.Verb == CardVerbs.Approve, press.Text), CancellationToken.None).ConfigureAwait(false),
        (CardVerbs.Done, CardPlace.Ask ask) => run.StateOf(ask.At) is StepState.TaskOpen or StepState.Ended
            ? await door.ConfirmAsync(by, run.Id, new TaskBody(ask.At, press.Text ?? ""), CancellationToken.None).ConfigureAwait(false)
            : Judgement.Refused("It is not asked any more."),
        (CardVerbs.Retry, CardPlace.Ask ask) => await OrderAsync(run, by, id, new Order.Retry(ask.At, Again: false), press.Text).ConfigureAwait(false),
        (CardVerbs.Skip, CardPlace.Ask ask) => await OrderAsync(run, by, id, new Order.Skip(ask.At, NoEffect: false), press.Text).ConfigureAwait(false),
        (CardVerbs.Cancel, CardPlace.Ask) => await OrderAsync(run, by, id, new Order.Cancel(), press.Text).ConfigureAwait(false),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private Task<Judgement> OrderAsync(Run run, Caller by, string id, Order order, string? reason) =>
        door.OrderAsync(by, run.Id, new OrderBody(id, order, reason ?? ""), CancellationToken.None);

    /// <summary>Of what the card shows: each round has one. The journal knows it where the step has gone on since.</summary>
    private async Task<string> DigestAsync(Run run, CardPlace.Approval asked)
    {
        if (run.StateOf(asked.At) is StepState.Voting voting && voting.Approval.Round == asked.Round)
            return voting.Approval.Digest;
        var journal = await runs.ReadAsync(run.Id, 1, CancellationToken.None).ConfigureAwait(false);
        return journal.Select(stored => stored.Event).OfType<RunEvent.ApprovalOpened>().LastOrDefault(opened => opened.Path == asked.At && opened.Round == asked.Round)?.Digest ?? "unknown";
    }

    private CardReply Stranger()
    {
        var times = Interlocked.Increment(ref strangers);
        // Whoever tries many names is not to fill the log, too.
        if (long.IsPow2(times))
            log($"Cards of runs that do not exist here were used {times} times so far.");
        return CardReply.Bad("NoSuchRun", "There is no such run here.");
    }

    private static Caller CallerOf(BotActivity activity)
    {
        var person = activity.From.Person ?? CardText.Short("teams:" + Printable.Line(activity.From.Id), PersonMaxCharacters);
        return new Caller(person, CardText.Short(Printable.Line(activity.From.Name ?? person), PersonMaxCharacters), Votes.ViaTeams);
    }

    private static string Says(CardPress press, Judgement judgement) => judgement.Accepted ? press.Verb switch
    {
        CardVerbs.Approve => "Your yes counts.",
        CardVerbs.Reject => "Your no counts.",
        CardVerbs.Done => "It is recorded that you have done it.",
        _ => "Your order is taken.",
    } : judgement.Reason ?? "It was refused.";

    /// <param name="Press">Not yet checked.</param>
    private sealed record Use(BotActivity Activity, CardPress Press)
    {
        /// <summary>Set once it is found.</summary>
        public Run? Run { get; set; }
    }
}
