using System.Diagnostics;

namespace Playbooks.Integration.Tests.Gateway;

/// <summary>Waits for something that another process brings about. The limit only ends a wait that would never end.</summary>
public static class Eventually
{
    private const int LookEveryMilliseconds = 25;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Limit) Assert.Fail($"never came true within {Limit}: {what}");
            await Task.Delay(LookEveryMilliseconds, TestContext.Current.CancellationToken);
        }
    }
}
