using System.Globalization;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Serving;

/// <summary>Waits until the replicas say that they apply a generation.</summary>
internal static class Confirmation
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WaitAtMost = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The number of replicas where at least one is heard and all that are heard apply the generation or a later one; otherwise when to ask
    /// again. It never gives up: a change that nobody confirms stays pending until the attempt's deadline.
    /// </summary>
    public static async Task<(int Replicas, Outcome.Pending? NotYet)> WaitAsync(GatewayBlobs blobs, ActionCall call, long generation, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var until = time.GetUtcNow() + WaitAtMost;
        while (true)
        {
            IReadOnlyList<long?> heard;
            try
            {
                heard = await blobs.HeardAsync(cancellationToken);
            }
            catch (Exception failure) when (IsUnreachable(failure, cancellationToken))
            {
                // The change is written; that nobody can be heard for a while does not undo it.
                return (0, AskAgain(call, generation, time.GetUtcNow(), "the heartbeats cannot be read"));
            }
            var confirmed = heard.Count(reported => reported >= generation);
            if (heard.Count > 0 && confirmed == heard.Count)
                return (confirmed, null);
            var now = time.GetUtcNow();
            if (now + LookEvery > until || call.Command.Stopping)
                return (confirmed, AskAgain(call, generation, now,
                    heard.Count == 0 ? "no gateway is heard" : $"{confirmed} of {heard.Count} gateways confirm"));
            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    /// <summary>The generation that an earlier poll wrote.</summary>
    public static long? Written(ActionCall call) =>
        long.TryParse(call.Command.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : null;

    public static Outcome.Pending AskAgain(ActionCall call, long generation, DateTimeOffset now, string progress) =>
        new(generation.ToString(CultureInfo.InvariantCulture), Polling.AskAgainAt(call, now), progress);

    /// <summary>The storage account did not answer, or only that it could not.</summary>
    public static bool IsUnreachable(Exception failure, CancellationToken cancellationToken) => !cancellationToken.IsCancellationRequested
        && FailureKinds.Of(failure) is { Kind: ErrorKind.Transient or ErrorKind.Throttled or ErrorKind.OutcomeUnknown };
}
