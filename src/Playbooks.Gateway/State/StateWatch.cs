using Azure;
using Azure.Identity;

namespace Playbooks.Gateway.State;

/// <summary>Reads the state of every model twice a second and applies what it finds.</summary>
/// <param name="gates">One per configured model.</param>
/// <param name="first">The mode in which a model starts that never had a state, by model.</param>
/// <param name="replica">Who writes that first state.</param>
/// <param name="changed">Rings when another state was applied, for the heartbeat to say so at once.</param>
public sealed class StateWatch(
    StateStore store, StateCache cache, IReadOnlyList<ModelGate> gates, IReadOnlyDictionary<string, Rung> first, string replica,
    Bell changed, TimeProvider time, ILogger log)
{
    public const int IntervalMilliseconds = 500;
    public const int ReadTimeoutSeconds = 2;

    /// <summary>One read of every model's state.</summary>
    public Task PollAsync(CancellationToken cancellation) => Task.WhenAll(gates.Select(gate => PollAsync(gate, cancellation)));

    private async Task PollAsync(ModelGate gate, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(ReadTimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        var began = Instant.Now(time);
        try
        {
            switch (await store.ReadAsync(gate.Model, gate.ETag, either.Token))
            {
                case StateRead.Same:
                    gate.Refresh(began);
                    break;
                case StateRead.Found found:
                    await ApplyAsync(gate, found, began, cancellation);
                    break;
                case StateRead.Missing:
                    await BeginAsync(gate, either.Token);
                    break;
                case StateRead.Unreadable unreadable:
                    Suffer(gate, unreadable.Problem);
                    break;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        catch (Exception e) when (IsOfTheWorld(e) && !cancellation.IsCancellationRequested)
        {
            Suffer(gate, timeout.IsCancellationRequested ? $"no answer within {ReadTimeoutSeconds} s" : e.Message);
        }
    }

    private async Task ApplyAsync(ModelGate gate, StateRead.Found found, Instant began, CancellationToken cancellation)
    {
        if (gate.State is { } known && found.State.Current.Generation < known.Current.Generation)
        {
            Suffer(gate, $"generation {found.State.Current.Generation} is in storage after {known.Current.Generation} was applied: an old state was put back");
            return;
        }
        gate.Serve(found.State, found.ETag, began);
        string? problem = null;
        try
        {
            await cache.KeepAsync(found.State, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The state is obeyed all the same; only a start without storage would know less.
            problem = $"the state could not be cached: {e.Message}";
            log.LogError("{Model}: {Problem}", gate.Model, problem);
        }
        gate.Confirm(problem);
        changed.Ring();
    }

    /// <summary>Writes the first state of a model that never had one. A state that is gone is a problem, not a beginning.</summary>
    private async Task BeginAsync(ModelGate gate, CancellationToken cancellation)
    {
        if (gate.State is not null)
        {
            Suffer(gate, "the state blob is gone");
            return;
        }
        await store.CreateContainerAsync(cancellation);
        if (await store.AnyChangeAsync(gate.Model, cancellation))
        {
            Suffer(gate, "the state blob is gone, though changes were recorded");
            return;
        }
        var mode = first[gate.Model];
        var change = new Change(
            1, mode, mode is Rung.Model ? 100 : 0, $"gateway:{replica}", time.GetUtcNow(), "first state, from the configuration", null);
        await store.WriteAsync(ModelState.First(gate.Model, change), ifMatch: null, cancellation);
        // Applied by the next read, like anybody's: perhaps another replica was first.
        changed.Ring();
        if (await store.ReadAsync(gate.Model, null, cancellation) is StateRead.Found found)
            await ApplyAsync(gate, found, Instant.Now(time), cancellation);
    }

    private void Suffer(ModelGate gate, string problem)
    {
        var before = gate.Applied.Problem;
        gate.Suffer(problem);
        if (before != problem) log.LogWarning("{Model}: the state cannot be read: {Problem}", gate.Model, problem);
    }

    /// <summary>What storage, network and identity throw when they fail; anything else is ours and ends the process.</summary>
    internal static bool IsOfTheWorld(Exception e) =>
        e is RequestFailedException or AuthenticationFailedException or OperationCanceledException or IOException or InvalidDataException;
}
