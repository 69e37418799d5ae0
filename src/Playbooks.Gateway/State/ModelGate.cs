using Azure;

namespace Playbooks.Gateway.State;

/// <summary>
/// What this replica may serve of one model now: the last state read, and whether it was read lately enough to be
/// believed. Written by the one loop that reads the state, read by every request.
/// </summary>
public sealed class ModelGate
{
    /// <summary>A state read longer ago may have been changed by somebody: the model no longer serves.</summary>
    public const int BlindAfterSeconds = 5;

    private readonly TimeProvider _time;
    private readonly Voice _voice;
    private readonly CancellationTokenSource[] _serving = [new(), new(), new(), new()];
    private volatile View _view;
    private long _confirmed;

    /// <param name="model">The model's name.</param>
    /// <param name="cached">What the disk remembers; it only ever holds the ladder down.</param>
    /// <param name="voice">Whether this replica is heard.</param>
    /// <param name="time">For the age of what was read.</param>
    public ModelGate(string model, ModelState? cached, Voice voice, TimeProvider time)
    {
        Model = model;
        _voice = voice;
        _time = time;
        _view = new View(cached, null, null, null);
    }

    public string Model { get; }

    public ModelState? State => _view.State;

    public ETag? ETag => _view.ETag;

    /// <summary>True before the first read, when the last one is more than <see cref="BlindAfterSeconds"/> ago, and when nobody could hear this replica.</summary>
    public bool IsBlind => !IsFresh(_view);

    /// <summary>What the heartbeat says of this model.</summary>
    public AppliedModel Applied
    {
        get
        {
            var view = _view;
            return new AppliedModel(Interlocked.Read(ref _confirmed), view.ETag?.ToString(), !IsFresh(view), view.Problem);
        }
    }

    /// <summary>The best rung that may serve a request whose ramp bucket (0 to 99) is <paramref name="bucket"/>.</summary>
    public Rung Begin(int bucket)
    {
        var view = _view;
        var best = view.State?.Current.Mode ?? Rung.Previous;
        if (best is not Rung.Model) return best;
        return IsFresh(view) && bucket < view.State!.Current.Percent ? Rung.Model : Rung.Previous;
    }

    /// <summary>Whether an answer of this rung may still be passed on.</summary>
    public bool MayServe(Rung rung) => rung >= Begin(bucket: 0);

    /// <summary>Cancelled when <paramref name="rung"/> may no longer serve, so that what it is doing ends.</summary>
    public CancellationToken WhileServing(Rung rung) => Volatile.Read(ref _serving[(int)rung]).Token;

    /// <summary>The state is the one known, as of the instant when the read began.</summary>
    public void Refresh(Instant began) => Apply(_view with { Read = began, Problem = null });

    /// <summary>Another state; from now on requests obey it.</summary>
    public void Serve(ModelState state, ETag etag, Instant began) => Apply(new View(state, etag, began, null));

    /// <summary>The read failed, or what it found must not be acted on. After 5 s of this the gate is blind.</summary>
    public void Suffer(string problem) => Apply(_view with { Problem = problem });

    /// <summary>The state is served and on disk: the heartbeat may confirm it.</summary>
    public void Confirm(string? cacheProblem)
    {
        Interlocked.Exchange(ref _confirmed, _view.State!.Current.Generation);
        if (cacheProblem is not null) _view = _view with { Problem = cacheProblem };
    }

    private void Apply(View view)
    {
        _view = view;
        for (var best = (int)Begin(bucket: 0) - 1; best >= 0; best--)
            Interlocked.Exchange(ref _serving[best], new CancellationTokenSource()).Cancel();
    }

    private bool IsFresh(View view) => view.Read is { } read && read.IsWithin(BlindAfterSeconds, _time) && _voice.Covers(read);

    private sealed record View(ModelState? State, ETag? ETag, Instant? Read, string? Problem);
}
