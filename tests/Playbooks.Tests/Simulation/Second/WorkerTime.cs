namespace Playbooks.Tests.Simulation;

/// <summary>The world's clock; alarms ring only while the process lives, and late when it stands still.</summary>
internal sealed class WorkerTime(Agenda agenda, SimulatedProcess process) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => agenda.GetUtcNow();

    public override long TimestampFrequency => agenda.TimestampFrequency;

    public override long GetTimestamp() => agenda.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        agenda.CreateTimer(held => process.Do(() => callback(held)), state, dueTime, period);
}
