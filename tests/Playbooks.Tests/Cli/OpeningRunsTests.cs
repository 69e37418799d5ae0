using Playbooks.Cli.Host;
using Playbooks.Tests.Web.Access;

namespace Playbooks.Tests.Cli;

public class OpeningRunsTests
{
    [Fact]
    public async Task What_is_asked_while_the_engine_opens_is_answered_when_it_is_open()
    {
        var opening = new OpeningRuns();
        var asked = opening.ListAsync(TestContext.Current.CancellationToken);
        Assert.False(asked.IsCompleted);

        opening.Opened(new MemoryRuns(TimeProvider.System));

        Assert.Empty(await asked);
        Assert.Null(await opening.FindAsync("run-1", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Whoever_gives_up_waits_no_longer()
    {
        using var given = new CancellationTokenSource();
        var asked = new OpeningRuns().FindAsync("run-1", given.Token);
        await given.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }
}
