using System.Collections.Immutable;
using System.Globalization;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Erasures;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Chaos;

/// <summary>
/// <c>chaos.deadLetter</c>: plants letters in a dead-letter queue, each with the time to live that is left, so the queue itself drops them.
/// <para>
/// A marker is created before the first letter and another after the last. Who finds only the first (a crash, or a send that nobody answered)
/// receives what lies in the queue, hidden for <see cref="Hidden"/>, and sends the numbers that are missing: no letter twice, none too few. Only
/// letters that somebody else has taken out of the queue by then would be planted again, with the same key, which a replay drops as duplicates.
/// </para>
/// </summary>
internal sealed class AddDeadLetters(StorageClients storage, ArtifactStores stores, TimeProvider time) : IAction, IProbe
{
    /// <summary>How long a look hides the letters it saw. Whoever looks next, sooner, counts fewer than the queue says and waits.</summary>
    public static readonly TimeSpan Hidden = TimeSpan.FromSeconds(15);

    public const int FailuresMax = 5;
    private const int ReceiveMax = 32;
    private const int ParallelMax = 8;
    /// <summary>A queue with more than that cannot be looked through in one call.</summary>
    private const int LookMaxLetters = 20_000;
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(5);

    public string Name => "chaos.deadLetter";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var failures = int.TryParse(call.Command.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var token) ? token : 0;
        try
        {
            return await PlantAsync(call, failures, cancellationToken);
        }
        // The next look at the queue says which letters have arrived, so an unanswered send leaves no doubt behind.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && failures < FailuresMax
            && FailureKinds.Of(failure) is { Kind: ErrorKind.Transient or ErrorKind.Throttled or ErrorKind.OutcomeUnknown } known)
        {
            return Later(failures + 1, known.RetryAfter ?? LookAgainAfter, $"Storage: {known.Message} The queue is looked through before more is sent.");
        }
    }

    private async Task<Outcome> PlantAsync(ActionCall call, int failures, CancellationToken cancellationToken)
    {
        var queue = call.Inputs["queue"]!.AsString()!;
        var count = (int)call.Inputs["count"]!.AsInt64()!.Value;
        var target = call.Environment.Queues.GetValueOrDefault(queue)
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no queue named {queue}.");
        var timeToLive = TimeToLive.Of(call);
        var (container, prefix) = stores.Evidence(call.Environment);
        var planting = await Planting.BeginAsync(container, prefix, call.Command.Key, time.GetUtcNow(), timeToLive, cancellationToken);
        if (!planting.IsNew && await planting.IsAddedAsync(cancellationToken))
            return Done(count, planting);

        // Sends each request once: the SDK's own retry after a lost answer would plant a second letter.
        var dead = storage.QueuesSendingOnce(call.Environment, target.Storage).GetQueueClient(target.DeadLetter);
        await dead.CreateIfNotExistsAsync(null, cancellationToken);
        var there = new HashSet<int>();
        if (!planting.IsNew && !await LookAsync(dead, call.Command.Key, there, cancellationToken))
            return Later(failures, Hidden, "Some letters of the queue are hidden; looking again before more is planted.");
        if (time.GetUtcNow() + TimeToLive.Min >= planting.Until)
            return new Outcome.Failed(ErrorKind.OutcomeUnknown,
                $"The time to live ended at {planting.Until:O}, before it was known that all {count} letters lay there.");
        var letters = PlantedLetters.Make(call.Command.Key, queue, count, planting.At, await ErasedAsync(call, queue, cancellationToken));
        await SendAsync(dead, letters, there, planting.Until, cancellationToken);
        await planting.MarkAddedAsync(count, cancellationToken);
        return Done(count, planting);
    }

    private async Task SendAsync(QueueClient dead, ImmutableArray<string> letters, HashSet<int> there, DateTimeOffset until, CancellationToken cancellationToken) =>
        await Parallel.ForEachAsync(Enumerable.Range(0, letters.Length).Where(number => !there.Contains(number)),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelMax, CancellationToken = cancellationToken },
            async (number, ct) =>
            {
                // Rounded down, so that none outlives the end that is answered.
                var left = TimeSpan.FromSeconds(Math.Max(1, Math.Floor((until - time.GetUtcNow()).TotalSeconds)));
                await dead.SendMessageAsync(letters[number], null, left, ct);
            });

    /// <summary>Looks through the whole queue for the effect's letters.</summary>
    /// <returns>False if letters are hidden from us that may be ours.</returns>
    private static async Task<bool> LookAsync(QueueClient dead, string effect, HashSet<int> there, CancellationToken cancellationToken)
    {
        var seen = 0;
        while ((await dead.ReceiveMessagesAsync(ReceiveMax, Hidden, cancellationToken)).Value is { Length: > 0 } messages)
        {
            seen += messages.Length;
            there.UnionWith(messages.Select(message => PlantedLetters.NumberOf(message.MessageText, effect)).OfType<int>());
            if (seen > LookMaxLetters)
                throw new ActionFailedException(ErrorKind.OutcomeUnknown,
                    $"The dead-letter queue {dead.Name} holds more than {LookMaxLetters} letters: nobody can tell which of the drill's have arrived.");
        }
        QueueProperties properties = await dead.GetPropertiesAsync(cancellationToken);
        return seen >= properties.ApproximateMessagesCountLong;
    }

    private async Task<ImmutableArray<string>> ErasedAsync(ActionCall call, string queue, CancellationToken cancellationToken) =>
        call.Environment.Erasures is { } table
            ? await new ErasedPeople(stores, ErasureLedger.Open(storage, call.Environment, table, time)).FindAsync(call.Environment, queue, cancellationToken) : [];

    private static Outcome.Succeeded Done(int count, Planting planting) =>
        new(JsonData.Object(("added", JsonData.Of(count)), ("until", TimeToLive.Json(planting.Until))));

    private Outcome.Pending Later(int failures, TimeSpan after, string progress) =>
        new(failures.ToString(CultureInfo.InvariantCulture), time.GetUtcNow() + after, progress);

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var queue = call.Inputs["queue"]!.AsString()!;
        var target = call.Environment.Queues.GetValueOrDefault(queue)
            ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no queue named {queue}.");
        await storage.Queues(call.Environment, target.Storage).GetQueueClient(target.DeadLetter).GetPropertiesAsync(cancellationToken);
        return new Probed($"the queue {target.DeadLetter} is there", $"{call.Inputs["count"]?.Text ?? "some"} more letters for a while");
    }
}
