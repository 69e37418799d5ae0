using System.Collections.Immutable;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;

namespace Playbooks.Hosting;

/// <summary>
/// Looks every minute whether the dead-letter queues that playbooks name hold as many letters as they ask for, and makes an alert of each crossing: kept in the
/// inbox before anything follows, so that it starts its runs once, whatever is killed. A count that stays above says nothing more until it has been below.
/// Whether it is above was kept with the alert, so that a restart neither starts twice nor forgets. What falls and rises between two looks is not seen.
/// </summary>
/// <param name="wake">There is something new in the inbox.</param>
public sealed class DeadLetterWatch(IReadOnlyList<Playbook> playbooks, DeploymentEnvironment environment, Func<DeploymentEnvironment, QueueTarget, CancellationToken, Task<LetterCount>> count,
    IAlertInbox inbox, Action wake, TimeProvider time, Action<string> say)
{
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>How such an alert came, for people.</summary>
    public const string Via = "count of this host";

    private readonly ImmutableArray<WatchedQueue> queues =
    [
        .. playbooks.SelectMany(playbook => playbook.Triggers).OfType<Trigger.OnDeadLetters>().Where(letters => environment.Queues.ContainsKey(letters.Queue))
            .GroupBy(letters => letters.Queue, letters => letters.AtLeast, StringComparer.Ordinal)
            .Select(letters => new WatchedQueue(letters.Key, environment.Queues[letters.Key], [.. letters.Distinct().Order()])),
    ];

    /// <summary>By alert id: since when there have been as many letters; null while there are fewer. Read from the inbox when first asked for.</summary>
    private readonly Dictionary<string, DateTimeOffset?> above = [];

    private readonly HashSet<string> unknown = [];

    /// <exception cref="OperationCanceledException">It was told to stop.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var playbook in playbooks)
        {
            foreach (var letters in playbook.Triggers.OfType<Trigger.OnDeadLetters>().Where(letters => !environment.Queues.ContainsKey(letters.Queue)))
                say($"{playbook.Name} starts by dead letters of {letters.Queue}, a queue that {environment.Name} does not have: here they start nothing.");
        }
        while (true)
        {
            await LookAsync(cancellationToken);
            await Task.Delay(queues.IsEmpty ? Timeout.InfiniteTimeSpan : Every, time, cancellationToken);
        }
    }

    /// <summary>Looks once. All queues at the same time, so that one that cannot be reached delays no other.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(queues.Select(queue => count(environment, queue.Target, cancellationToken)));
        foreach (var (queue, counted) in queues.Zip(counts))
        {
            switch (counted)
            {
                case LetterCount.Unknown why:
                    if (unknown.Add(queue.Name))
                        say($"The dead letters of {queue.Name} cannot be counted, and start nothing until they can: {why.Reason}");
                    break;
                case LetterCount.About about:
                    if (unknown.Remove(queue.Name))
                        say($"The dead letters of {queue.Name} are counted again: about {about.Letters}.");
                    foreach (var atLeast in queue.AtLeast)
                        await CompareAsync(queue.Name, atLeast, about.Letters, cancellationToken);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
    }

    private async Task CompareAsync(string queue, int atLeast, long letters, CancellationToken cancellationToken)
    {
        var id = DeadLetterAlert.IdOf(environment.Name, queue, atLeast);
        if (!above.TryGetValue(id, out var since))
            above[id] = since = AboveSince(id);
        var now = time.GetUtcNow();
        var text = (since, letters >= atLeast) switch
        {
            (null, true) => DeadLetterAlert.Fired(environment.Name, queue, atLeast, letters, now),
            ({ } firedAt, false) => DeadLetterAlert.Over(environment.Name, queue, atLeast, letters, firedAt, now),
            _ => null,
        };
        if (text is null)
            return;
        var alert = Read(text) ?? throw new System.Diagnostics.UnreachableException();
        await inbox.KeepAsync(new ReceivedAlert(alert.Delivery, id, text, now, Via), cancellationToken);
        above[id] = alert.Condition is AlertCondition.Fired ? alert.FiredAt : null;
        wake();
    }

    private DateTimeOffset? AboveSince(string id) =>
        inbox.OfAlert(id) is [.., var last] && Read(last.Received.Text) is { Condition: AlertCondition.Fired } fired ? fired.FiredAt : null;

    private static Alert? Read(string text) => AlertReader.Read(text) is AlertReading.Accepted { Alert: var alert } ? alert : null;

    /// <param name="AtLeast">Every count that some trigger waits for, once.</param>
    private sealed record WatchedQueue(string Name, QueueTarget Target, ImmutableArray<int> AtLeast);
}
