using System.ComponentModel;
using System.Diagnostics;

namespace Playbooks.Gateway;

/// <summary>
/// Notices that the process that started this one is gone, so that a killed drill leaves nothing running. It waits a
/// while before it says so: whoever resumes the drill may take this process over by naming itself.
/// </summary>
internal sealed class OrphanWatch(int parent, TimeSpan grace)
{
    public const int GraceLimitSeconds = 24 * 3600;
    private const int LookEverySeconds = 1;

    private volatile Watched _parent = Watched.Now(parent);

    /// <summary>From now on this is the parent.</summary>
    public void Adopt(int parent) => _parent = Watched.Now(parent);

    /// <summary>Completes when the parent, whoever it is then, has been gone for the whole grace.</summary>
    public async Task WaitAsync(TimeProvider time, CancellationToken cancellation)
    {
        using var look = new PeriodicTimer(TimeSpan.FromSeconds(LookEverySeconds), time);
        long? gone = null;
        try
        {
            while (await look.WaitForNextTickAsync(cancellation))
            {
                if (_parent.IsAlive()) gone = null;
                else if (time.GetElapsedTime(gone ??= time.GetTimestamp()) >= grace) return;
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops for another reason.
        }
    }

    /// <summary>A process id and when it began: ids are used again.</summary>
    private sealed record Watched(int Id, DateTime? Began)
    {
        public static Watched Now(int id) => new(id, BeganAt(id));

        public bool IsAlive() => Began is { } began && BeganAt(Id) == began;

        private static DateTime? BeganAt(int id)
        {
            try
            {
                using var process = Process.GetProcessById(id);
                return process.HasExited ? null : process.StartTime;
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
            {
                return null;
            }
        }
    }
}
