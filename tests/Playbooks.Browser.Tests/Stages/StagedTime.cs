namespace Playbooks.Browser.Tests.Stages;

/// <summary>A clock that begins at a given instant. It goes on from there, or stands still, so that pictures are the same each time.</summary>
internal sealed class StagedTime(DateTimeOffset from, bool stands = false) : TimeProvider
{
    private readonly DateTimeOffset began = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => stands ? from : from + (System.GetUtcNow() - began);
}
