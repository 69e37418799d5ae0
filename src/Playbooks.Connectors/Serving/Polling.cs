using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Serving;

/// <summary>When to ask again, so that the polls of an attempt outlast its deadline.</summary>
internal static class Polling
{
    public static readonly TimeSpan SpacingMin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The remaining time shared out among the remaining polls, and no sooner than <see cref="SpacingMin"/>: an attempt that is still
    /// pending after its last poll has timed out, whatever time it had left.
    /// </summary>
    public static DateTimeOffset AskAgainAt(ActionCall call, DateTimeOffset now)
    {
        var pollsLeft = Math.Max(1, Limits.PollsPerAttemptMax - 1 - call.Command.Id.Poll);
        var spacing = (call.Command.Deadline - now) / pollsLeft;
        return now + (spacing > SpacingMin ? spacing : SpacingMin);
    }
}
