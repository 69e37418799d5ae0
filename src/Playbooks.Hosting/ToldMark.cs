using System.Globalization;
using System.Text;
using Playbooks.Web.Telemetry;

namespace Playbooks.Hosting;

/// <summary>
/// Until when runs have been told, in a file beside the journal: so that a host which was killed tells again what may not have been sent, and no more. Behind by
/// what an exporter may hold. After an orderly end nothing is told twice.
/// </summary>
public sealed class ToldMark(string folder, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    /// <summary>Batches leave every five seconds; a slow collector may take longer.</summary>
    private static readonly TimeSpan Unsent = TimeSpan.FromSeconds(30);
    /// <summary>What is older is of no use to whoever watches; the journal has it.</summary>
    private static readonly TimeSpan ToldAgainMax = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource stopping = new();
    private RunTelemetry? runs;
    private Task keeping = Task.CompletedTask;

    private string File => Path.Combine(folder, "telemetry.told");

    /// <summary>Null when nothing has ever been told.</summary>
    public DateTimeOffset? Read()
    {
        if (!System.IO.File.Exists(File) || !DateTimeOffset.TryParseExact(System.IO.File.ReadAllText(File), "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var told))
            return null;
        var earliest = time.GetUtcNow() - ToldAgainMax;
        return told < earliest ? earliest : told;
    }

    public void Begin(RunTelemetry of) => (runs, keeping) = (of, Task.Run(KeepAsync));

    public void Write(DateTimeOffset told)
    {
        try
        {
            PrivateFile.Write(File, Encoding.UTF8.GetBytes(told.ToString("O", CultureInfo.InvariantCulture)));
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // Then a little more is told twice.
        }
    }

    /// <summary>Ends when all is told that has happened.</summary>
    /// <returns>Until when that is.</returns>
    public async Task<DateTimeOffset> EndAsync()
    {
        await stopping.CancelAsync();
        await keeping;
        var now = time.GetUtcNow();
        if (runs is not null)
            await runs.SettledAsync(CancellationToken.None);
        return now;
    }

    public void Dispose() => stopping.Dispose();

    private async Task KeepAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(Every, time);
            while (await timer.WaitForNextTickAsync(stopping.Token))
            {
                var now = time.GetUtcNow();
                await runs!.SettledAsync(stopping.Token);
                Write(now - Unsent);
            }
        }
        catch (OperationCanceledException)
        {
            // The end is written by whoever ends.
        }
    }
}
