using Azure;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Control;

/// <summary>What somebody wants a model's state to be.</summary>
/// <param name="Mode">The best rung that may serve.</param>
/// <param name="Percent">Share of the model; absent means 100 for the mode model, else 0.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">Effect key of the command, or null.</param>
/// <param name="OnBehalfOf">Whom the caller acts for, as the caller says; recorded beside the proven name.</param>
/// <param name="IfMatch">The version that the caller has seen. Needed for the mode model; without it the change is made whatever the state is.</param>
public sealed record WantedState(
    Rung Mode, string Reason, int? Percent = null, string? Key = null, string? OnBehalfOf = null, string? IfMatch = null);

/// <summary>What became of a wanted change.</summary>
public abstract record ChangeOutcome
{
    private ChangeOutcome() { }

    public sealed record Written(ModelState State, ETag ETag) : ChangeOutcome;

    /// <summary>Somebody changed the state after the caller read it; <paramref name="State"/> is what it is now.</summary>
    public sealed record Overtaken(ModelState? State, ETag? ETag) : ChangeOutcome;

    public sealed record Invalid(string Problem) : ChangeOutcome;

    /// <summary>To let the model serve, one must say which state one has seen.</summary>
    public sealed record NeedsIfMatch : ChangeOutcome;
}

/// <summary>
/// Changes a model's state. Taking a model away must work whatever others do, so it reads and writes again until it
/// wins. Giving it back obeys what the caller has seen: it is written once, on that version, or not at all.
/// </summary>
public sealed class StateChanges(StateStore store, TimeProvider time)
{
    public const int AttemptsLimit = 20;

    public async Task<ChangeOutcome> ChangeAsync(string model, WantedState wanted, string who, CancellationToken cancellation)
    {
        var change = new Change(
            1, wanted.Mode, wanted.Percent ?? (wanted.Mode is Rung.Model ? 100 : 0),
            wanted.OnBehalfOf is null ? who : $"{who} for {wanted.OnBehalfOf}", time.GetUtcNow(), wanted.Reason, wanted.Key);
        if (ModelState.Problem(change) is { } problem) return new ChangeOutcome.Invalid(problem);
        if (wanted.Mode is Rung.Model && wanted.IfMatch is null) return new ChangeOutcome.NeedsIfMatch();

        for (var attempt = 1; ; attempt++)
        {
            ModelState? now = null;
            ETag? etag = null;
            switch (await store.ReadAsync(model, null, cancellation))
            {
                case StateRead.Found found:
                    (now, etag) = (found.State, found.ETag);
                    break;
                case StateRead.Missing:
                    await store.CreateContainerAsync(cancellation);
                    break;
                case StateRead.Unreadable unreadable:
                    return new ChangeOutcome.Invalid($"the state in storage cannot be read: {unreadable.Problem}");
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
            if (wanted.IfMatch is { } seen && !Matches(etag, seen))
            {
                // The caller's own change, made before its answer was lost.
                return now is not null && wanted.Key is not null && now.Current.Key == wanted.Key && etag is { } own
                    ? new ChangeOutcome.Written(now, own)
                    : new ChangeOutcome.Overtaken(now, etag);
            }
            var next = now is null ? ModelState.First(model, change) : now.Next(change);
            if (await store.WriteAsync(next, etag, cancellation) is { } written) return new ChangeOutcome.Written(next, written);
            if (wanted.IfMatch is not null || attempt == AttemptsLimit) return new ChangeOutcome.Overtaken(now, etag);
        }
    }

    private static bool Matches(ETag? etag, string seen) => etag is { } current && current.ToString("H").Trim('"') == seen.Trim('"');
}
