namespace Playbooks.Connectors.Evidence;

/// <summary>
/// Another head is anchored for that event: this journal and the one that was anchored have parted. Trying again cannot help; a person must look.
/// </summary>
public sealed class AnchorConflictException(string runId, long sequence, Uri location, Exception inner)
    : Exception($"Another head is anchored for event {sequence} of run {runId} at {location.GetLeftPart(UriPartial.Path)}: two journals of this run exist.", inner)
{
    public string RunId { get; } = runId;
    public long Sequence { get; } = sequence;
}
