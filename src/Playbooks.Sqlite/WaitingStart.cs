using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Sqlite;

/// <summary>A start that waited for its key, made whole again from the texts that were kept when it came.</summary>
internal static class WaitingStart
{
    /// <exception cref="JournalException">A text that it was accepted with is gone or cannot be read any more.</exception>
    internal static StartRequest Restored(PendingStart waiting, IStored texts)
    {
        var playbook = PlaybookReader.Read(Text(waiting.PlaybookDigest), "playbook", pin => texts.Text(pin.Sha256) is { } text ? new PlaybookSource(pin.Name, text) : null);
        var environment = EnvironmentReader.Read(Text(waiting.EnvironmentDigest), "environment");
        if (playbook is not ReadResult<Playbook>.Valid { Value: { } read } || environment is not ReadResult<DeploymentEnvironment>.Valid { Value: { } bound })
            throw new JournalException($"The start '{waiting.RequestId}' cannot be read any more.", "Start it by hand.");
        return new StartRequest(waiting.RequestId, read, bound, waiting.Mode, waiting.Inputs, waiting.Alert, waiting.StartedBy, waiting.OccurredAt,
            waiting.DetectedAt, waiting.DetectedReason);

        string Text(string digest) =>
            texts.Text(digest) ?? throw new JournalException($"The text {digest} of the start '{waiting.RequestId}' is not in the journal.", "Start it by hand.");
    }
}
