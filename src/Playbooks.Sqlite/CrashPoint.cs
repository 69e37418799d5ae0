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
}
