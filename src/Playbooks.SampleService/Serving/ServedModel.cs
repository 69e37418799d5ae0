using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core.Definitions;
using Playbooks.SampleService.Artifact;
using Playbooks.SampleService.Predicting;

namespace Playbooks.SampleService.Serving;

/// <summary>A version in memory.</summary>
internal sealed record LoadedModel(int Version, string Digest, IPredictor Predictor);

/// <summary>
/// The version that serves. It follows the pointer by itself, once a second, so that a drill's corruption is picked up and, when its time
/// is over, dropped though nobody says so. What cannot be loaded leaves the version before in service.
/// </summary>
internal sealed class ServedModel(IArtifactStore store, SampleKind kind, TimeProvider time, ILogger log) : IDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly ArtifactReader reader = new(store, time);
    private readonly SemaphoreSlim one = new(1);
    private volatile LoadedModel? loaded;
    private volatile string? problem;

    /// <summary>Null until the first version could be loaded.</summary>
    public LoadedModel? Current => loaded;

    /// <summary>Why the current version could not be looked up or loaded; null when it is loaded.</summary>
    public string? Problem => problem;

    /// <summary>Reads what is current, every byte, whatever is loaded.</summary>
    public async Task<LoadOutcome> ReloadAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            var current = await reader.ReadCurrentAsync(cancellationToken);
            loaded = new LoadedModel(current.Version, current.Digest, Predictors.Load(kind, current.Files));
            problem = null;
            return new LoadOutcome(loaded, null, null);
        }
        catch (ActionFailedException failure)
        {
            return Unloaded(failure.Kind, failure.Message);
        }
        catch (InvalidDataException failure)
        {
            return Unloaded(ErrorKind.Integrity, failure.Message);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is { } known)
        {
            return Unloaded(FailureKinds.OfRead(known).Kind, known.Message);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Loads the current version unless it is loaded already. Versions never change, so the number tells.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        try
        {
            var seen = await store.Records.ReadPointerAsync(cancellationToken);
            if (seen is null || (!seen.Pointer.Moving && seen.Pointer.VersionAt(time.GetUtcNow()) == loaded?.Version))
            {
                problem = seen is null ? "Nothing was ever made current here." : null;
                return;
            }
        }
        catch (ActionFailedException failure)
        {
            problem = failure.Message;
            return;
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is { } known)
        {
            problem = known.Message;
            return;
        }
        await ReloadAsync(cancellationToken);
    }

    /// <summary>Follows the pointer until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var look = new PeriodicTimer(LookEvery, time);
        while (await look.WaitForNextTickAsync(cancellationToken))
            await FollowAsync(cancellationToken);
    }

    public void Dispose() => one.Dispose();

    private LoadOutcome Unloaded(ErrorKind kind, string message)
    {
        if (problem != message)
            log.LogWarning("The current version could not be loaded: {Problem}", message);
        problem = message;
        return new LoadOutcome(loaded, kind, message);
    }
}

/// <param name="Loaded">What serves now.</param>
/// <param name="Kind">Null when it is what is current.</param>
internal sealed record LoadOutcome(LoadedModel? Loaded, ErrorKind? Kind, string? Problem);
