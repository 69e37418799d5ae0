namespace Playbooks.Gateway.State;

/// <summary>Writes this replica's heartbeat, and the changes it has applied to the record of changes.</summary>
public sealed class Pulse(
    StateStore store, IReadOnlyList<ModelGate> gates, Voice voice, string replica, string data, string control, TimeProvider time, ILogger log)
{
    private const int WriteTimeoutSeconds = 2;
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly Dictionary<string, long> _recorded = gates.ToDictionary(g => g.Model, _ => 0L);
    private bool _failing;

    /// <summary>One heartbeat. A failure is logged once and tried again with the next.</summary>
    public async Task BeatAsync(CancellationToken cancellation)
    {
        var heartbeat = new Heartbeat(
            replica, _startedAt, time.GetUtcNow(), data, control, gates.ToDictionary(g => g.Model, g => g.Applied));
        var began = Instant.Now(time);
        if (await TryAsync("heartbeat", token => store.BeatAsync(heartbeat, token), cancellation)) voice.Heard(began);
    }

    /// <summary>Records the changes that are not known to be recorded, oldest first.</summary>
    public async Task RecordAsync(CancellationToken cancellation)
    {
        foreach (var gate in gates)
        {
            if (gate.State is not { } state || gate.IsBlind) continue;
            foreach (var change in state.Earlier.Append(state.Current).Where(c => c.Generation > _recorded[gate.Model]))
            {
                if (!await TryAsync("record of a change", token => store.RecordAsync(gate.Model, change, token), cancellation)) break;
                _recorded[gate.Model] = change.Generation;
            }
        }
    }

    /// <summary>Removes what replicas left that died long ago, so that the list stays short.</summary>
    public Task TidyAsync(CancellationToken cancellation) => TryAsync("tidying of old heartbeats", async token =>
    {
        foreach (var dead in await store.ReplicasAsync(token))
            if (dead.Age > TimeSpan.FromHours(Heartbeat.ForgottenAfterHours))
                await store.ForgetAsync(dead.Replica, token);
    }, cancellation);

    /// <summary>Takes the heartbeat back; called when no request is served any more.</summary>
    public Task StopAsync(CancellationToken cancellation) =>
        TryAsync("removal of the heartbeat", token => store.ForgetAsync(replica, token), cancellation);

    private async Task<bool> TryAsync(string what, Func<CancellationToken, Task> act, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(WriteTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            await act(either.Token);
            _failing = false;
            return true;
        }
        catch (Exception e) when (StateWatch.IsOfTheWorld(e) && !cancellation.IsCancellationRequested)
        {
            if (!_failing) log.LogWarning("The {What} failed: {Problem}", what, e.Message);
            _failing = true;
            return false;
        }
    }
}
