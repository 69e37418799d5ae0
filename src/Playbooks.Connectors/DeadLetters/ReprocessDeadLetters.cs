using System.Globalization;
using Azure;
using Azure.Storage.Queues.Models;
using Playbooks.Connectors.Erasures;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// <c>deadletters.reprocess</c>: takes the letters that lie in a dead-letter queue into a ledger, and replays from there.
/// <para>
/// A letter is at every moment in at least one of dead-letter queue, ledger and work queue, and its row has one state. A letter of a key is
/// sent once per attempt; a repeated send after a lost answer carries the same key, and where the consumer does not know keys the letter is
/// quarantined instead: it stays in the ledger, with its body, for a person. Every call may be killed anywhere and asked again.
/// </para>
/// <para>
/// When more letters come back than <c>stopAtErrorPercent</c> allows, the step fails as integrity, so that a person sees it; the rest stays
/// held, and a retry of the step goes on with it. What is held by a filter is for the next step or run to take.
/// </para>
/// <para>
/// Storage calls per letter: one deletion and one send, plus 2 per 32 letters (receive, transaction), 2 per 50 (claim, mark) and, with
/// <c>stopAtErrorPercent</c>, 1 more per 50; about 2.1 in all, and some twenty per call and share of the ramp. A letter whose key was sent by
/// an earlier step costs three more. Bodies of more than 32 MiB together are read one by one: one more.
/// </para>
/// </summary>
internal sealed class ReprocessDeadLetters(StorageClients storage, TimeProvider time, ReplayPace? pace = null) : IAction, IProbe
{
    /// <summary>Answers in a row that storage did not give, before it is a person's turn.</summary>
    public const int FailuresMax = 20;

    private static readonly TimeSpan LeaseLength = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan BackoffFirst = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BackoffMax = TimeSpan.FromSeconds(30);
    private readonly ReplayPace pace = pace ?? ReplayPace.Default;

    public string Name => "deadletters.reprocess";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var failures = int.TryParse(call.Command.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        try
        {
            return await RunAsync(call, ReprocessSettings.Read(call), cancellationToken);
        }
        catch (LedgerMovedException)
        {
            return Later(0, BackoffFirst, "Another process changed the ledger; looking again.");
        }
        // The ledger says where to go on, so a storage account that is away for a while is waited for until the step's own time is over.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failures < FailuresMax
            && FailureKinds.Of(failure) is { Kind: ErrorKind.Transient or ErrorKind.Throttled or ErrorKind.OutcomeUnknown } known)
        {
            var backoff = known.RetryAfter ?? BackoffFirst * Math.Pow(2, Math.Min(failures, 10));
            return Later(failures + 1, backoff < BackoffMax ? backoff : BackoffMax, $"Storage: {known.Message} The ledger knows where to go on.");
        }
    }

    private async Task<Outcome> RunAsync(ActionCall call, ReprocessSettings settings, CancellationToken cancellationToken)
    {
        var work = Open(call, settings);
        var attempt = $"{call.Command.Id.Redo}/{call.Command.Id.Attempt}";
        var step = await StartedAsync(work, cancellationToken);
        if (step.Phase == StepPhase.Done)
            return new Outcome.Succeeded(JsonData.Parse(step.Answer));
        if (step.Phase == StepPhase.Stopped && step.StoppedBy == attempt)
            return new Outcome.Failed(ErrorKind.Integrity, step.Answer);
        if (await work.Ledger.LeaseAsync(work.Step, time.GetUtcNow(), LeaseLength, cancellationToken) is { } until)
            return Later(0, until - time.GetUtcNow(), $"Another step replays {settings.Queue}; waiting for it.");

        var erasures = call.Environment.Erasures is { } table
            ? await ErasureLedger.Open(storage, call.Environment, table, time).SubjectsAsync(settings.Queue, cancellationToken) : ErasedSubjects.None;
        if (call.Command.Stopping)
            return await StopAsync(work, step, attempt, await LettersAsync(work, cancellationToken), "The run is stopping.", cancellationToken);
        if (step.Phase == StepPhase.Collecting)
        {
            if (!await new Collector(work, erasures.PseudonymOf).RunAsync(step, cancellationToken))
                return Later(0, TimeSpan.Zero, "Taking the dead letters into the ledger.");
        }
        StepLetters letters;
        if (step.Phase is StepPhase.Collecting or StepPhase.Stopped)
            (step, letters) = await PlanAsync(work, step, erasures, cancellationToken);
        else
            letters = await LettersAsync(work, cancellationToken);

        var replay = new Replay(work, letters, new Claims(work), new Sender(work, new RateLimit(settings.RatePerSecond, time)),
            new Returns(work, erasures.PseudonymOf));
        return await replay.RunAsync(step, cancellationToken) switch
        {
            null => await DoneAsync(work, step, letters, cancellationToken),
            { Phase: StepPhase.Stopped } stopped => await StopAsync(work, stopped, attempt, letters,
                $"More than {settings.StopAtErrorPercent} % came back dead.", cancellationToken),
            _ => Later(0, TimeSpan.Zero, $"{letters.SentOnce} of {step.Planned + step.SentBefore} letters sent, {letters.ReturnedCount} came back."),
        };
    }

    private Reprocess Open(ActionCall call, ReprocessSettings settings)
    {
        var (environment, target) = (call.Environment, settings.Target);
        var queues = storage.Queues(environment, target.Storage);
        var senders = target.Consumer == ConsumerKind.Keyed ? queues : storage.QueuesSendingOnce(environment, target.Storage);
        var ledger = new LetterLedger(storage.Tables(environment, target.Storage).GetTableClient(target.LedgerTable), target.DeadLetter);
        return new Reprocess(call.Command.Key, settings, ledger, queues.GetQueueClient(target.DeadLetter), senders.GetQueueClient(target.Work), time, pace,
            new CallTime(time, pace, call.Command.Deadline));
    }

    /// <summary>The step as an earlier call left it, or its beginning.</summary>
    /// <exception cref="RequestFailedException">There is no work queue.</exception>
    private static async Task<StepRow> StartedAsync(Reprocess work, CancellationToken cancellationToken)
    {
        await work.Ledger.CreateAsync(cancellationToken);
        if (await work.Ledger.ReadStepAsync(work.Step, cancellationToken) is { } started)
            return started;
        await work.Work.GetPropertiesAsync(cancellationToken);
        var bound = work.Time.GetUtcNow();
        try
        {
            Response<QueueProperties> dead = await work.Dead.GetPropertiesAsync(cancellationToken);
            // The queue's own clock stamps the letters, so it says what "before we began" is.
            bound = dead.GetRawResponse().Headers.Date ?? bound;
        }
        catch (RequestFailedException absent) when (absent.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            // Azure Functions makes it with the first letter: there are none.
            await work.Dead.CreateIfNotExistsAsync(null, cancellationToken);
        }
        return await work.Ledger.WriteStepAsync(new StepRow(work.Step, StepPhase.Collecting, bound), cancellationToken);
    }

    private static async Task<(StepRow, StepLetters)> PlanAsync(Reprocess work, StepRow step, ErasedSubjects erasures, CancellationToken cancellationToken)
    {
        if (step.Phase == StepPhase.Stopped)
        {
            // What came back since the stop is not the next ramp's fault.
            var before = await LettersAsync(work, cancellationToken);
            await new Returns(work, erasures.PseudonymOf).LookAsync(before.Sent, before.Contains, cancellationToken);
        }
        var held = new List<(LedgerRow Row, bool Taken)>();
        await foreach (var row in work.Ledger.HeldAsync(withText: work.Settings.Filter is not null, cancellationToken))
            held.Add((row with { Text = null }, IsTaken(row, work.Settings)));
        var sorted = Sorting.Sort(held, work.Step, work.Settings.Target.Consumer, work.Settings.MaxAttempts, erasures.Contains);
        var asFound = held.ToDictionary(one => one.Row.Id, one => one.Row);
        await work.Ledger.SaveAsync(sorted.Where(row => row != asFound[row.Id]), cancellationToken);
        var letters = await LettersAsync(work, cancellationToken);
        step = await work.Ledger.WriteStepAsync(step with
        {
            Phase = StepPhase.Replaying, Planned = letters.Waiting.Count, Stage = letters.Waiting.Count == 0 ? work.Settings.RampPercent.Length : 0,
            WatchUntil = null, SentBefore = letters.SentOnce, ReturnedBefore = letters.ReturnedCount,
        }, cancellationToken);
        return (step, letters);
    }

    private static bool IsTaken(LedgerRow row, ReprocessSettings settings) => settings.Filter is not { } filter
        || filter.Evaluate(Letter.Read(row.Id, row.Text ?? "", row.InsertedOn, settings.Target).ToJson()).Value?.AsBoolean() is true;

    private static async Task<StepLetters> LettersAsync(Reprocess work, CancellationToken cancellationToken)
    {
        var rows = new List<LedgerRow>();
        long texts = 0;
        await foreach (var row in work.Ledger.OfStepAsync(work.Step, withText: true, cancellationToken))
        {
            texts += row.State == LetterState.Held ? row.Bytes : 0;
            rows.Add(row.State == LetterState.Held && texts <= StepLetters.TextsMaxBytes ? row : row with { Text = null });
        }
        return new StepLetters(rows);
    }

    private async Task<Outcome> DoneAsync(Reprocess work, StepRow step, StepLetters letters, CancellationToken cancellationToken)
    {
        letters.Put(await work.Ledger.SaveAsync(letters.Blocked.Where(row => row.Why != Why.Order).Select(row => row with { Why = Why.Order }), cancellationToken));
        var output = letters.Output(work.Ledger.Location);
        await work.Ledger.WriteStepAsync(step with { Phase = StepPhase.Done, Answer = output.Text }, cancellationToken);
        await work.Ledger.LeaseAsync(work.Step, time.GetUtcNow(), TimeSpan.Zero, cancellationToken);
        return new Outcome.Succeeded(output);
    }

    private async Task<Outcome> StopAsync(Reprocess work, StepRow step, string attempt, StepLetters letters, string why, CancellationToken cancellationToken)
    {
        var output = letters.Output(work.Ledger.Location);
        var message = $"{why} Sent {output["sent"]}, came back {output["returned"]}, quarantined {output["quarantined"]}; {output["held"]} letters are held in "
            + $"{work.Ledger.Location}. Look why they fail; a retry of this step goes on with what is held.";
        // A step that had not finished collecting has letters to collect still.
        if (step.Phase != StepPhase.Collecting)
            await work.Ledger.WriteStepAsync(step with { Phase = StepPhase.Stopped, StoppedBy = attempt, Answer = message }, cancellationToken);
        await work.Ledger.LeaseAsync(work.Step, time.GetUtcNow(), TimeSpan.Zero, cancellationToken);
        return new Outcome.Failed(ErrorKind.Integrity, message);
    }

    private Outcome.Pending Later(int failures, TimeSpan after, string progress) =>
        new(failures.ToString(CultureInfo.InvariantCulture), time.GetUtcNow() + (after > BackoffMax ? BackoffMax : after), progress);

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var target = ReprocessSettings.Read(call).Target;
        var queues = storage.Queues(call.Environment, target.Storage);
        await queues.GetQueueClient(target.Work).GetPropertiesAsync(cancellationToken);
        QueueProperties dead = await queues.GetQueueClient(target.DeadLetter).GetPropertiesAsync(cancellationToken);
        return new Probed($"the queues {target.DeadLetter} and {target.Work} are there", $"about {dead.ApproximateMessagesCount} letters taken into the ledger and replayed as far as they may");
    }
}
