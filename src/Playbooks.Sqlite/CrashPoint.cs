namespace Playbooks.Sqlite;

/// <summary>
/// Named instants around every append and every effect. Compiled in always and off by default, so that a test can kill the process,
/// or fail, exactly there and the code under test is the code that ships.
/// </summary>
internal static class CrashPoint
{
    /// <summary>Null outside tests.</summary>
    internal static Action<string>? OnHit { get; set; }

    internal static void Hit(string name) => OnHit?.Invoke(name);

    internal static void Around(string name, Action act)
    {
        Hit(name + ":before");
        act();
        Hit(name + ":after");
    }

    internal static async Task AroundAsync(string name, Func<Task> act)
    {
        Hit(name + ":before");
        await act().ConfigureAwait(false);
        Hit(name + ":after");
    }

    internal static async Task<T> AroundAsync<T>(string name, Func<Task<T>> act)
    {
        Hit(name + ":before");
        var result = await act().ConfigureAwait(false);
        Hit(name + ":after");
        return result;
    }
}
