using System.Globalization;
using Playbooks.Core;
using Playbooks.Core.Decisions;

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
            var heard = await blobs.HeardAsync(cancellationToken);
            var confirmed = heard.Count(reported => reported >= generation);
            if (heard.Count > 0 && confirmed == heard.Count)
                return (confirmed, null);
            var now = time.GetUtcNow();
            if (now + LookEvery > until || call.Command.Stopping)
                return (confirmed, new Outcome.Pending(Token(generation), Polling.AskAgainAt(call, now), heard.Count == 0
                    ? "no gateway is heard" : $"{confirmed} of {heard.Count} gateways confirm"));
            await Task.Delay(LookEvery, time, cancellationToken);
        }
    }

    /// <summary>The generation that an earlier poll wrote.</summary>
    public static long? Written(ActionCall call) =>
        long.TryParse(call.Command.Token, NumberStyles.None, CultureInfo.InvariantCulture, out var generation) ? generation : null;

    private static string Token(long generation) => generation.ToString(CultureInfo.InvariantCulture);
}
