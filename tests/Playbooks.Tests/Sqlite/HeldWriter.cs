using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

/// <summary>Keeps the journal's writer inside a commit until released, so that it is known what queues up meanwhile.</summary>
internal sealed class HeldWriter : IDisposable
{
    private readonly ManualResetEventSlim entered = new();
    private readonly ManualResetEventSlim released = new();

    public HeldWriter(Journal journal)
    {
        _ = journal.Commits.EnqueueAsync(_ =>
        {
            entered.Set();
            return released.Wait(TimeSpan.FromSeconds(30));
        });
        Assert.True(entered.Wait(TimeSpan.FromSeconds(30)));
    }

    public void Release() => released.Set();

    public void Dispose() => Release();
}
