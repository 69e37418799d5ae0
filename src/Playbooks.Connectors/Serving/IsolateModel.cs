using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary>
/// <c>model.isolate</c>: writes a new generation whatever the state is, so that every rejoin fails that began before it, and waits until
/// every gateway that is heard applies it.
/// </summary>
public sealed class IsolateModel(StorageClients storage, TimeProvider time) : IAction, IProbe
{
    /// <summary>Each lost race means that another writer got through; so many in a row are not a race any more.</summary>
    private const int WritesMax = 20;
    private const int LostAnswersMax = 2;

    public string Name => Catalogue.Isolate;

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var blobs = new GatewayBlobs(storage, call);
        long generation;
        try
        {
            generation = Confirmation.Written(call) ?? await WriteAsync(blobs, call, cancellationToken);
        }
        catch (Exception failure) when (Confirmation.IsUnreachable(failure, cancellationToken))
        {
            // Not "unknown", which would call a person: an attempt that follows sees by the key whether it was written.
            return new Outcome.Failed(ErrorKind.Timeout, $"The gateway's state may have been written or not. {FailureKinds.Of(failure)!.Message}");
        }
        var (replicas, notYet) = await Confirmation.WaitAsync(blobs, call, generation, time, cancellationToken);
        if (notYet is not null)
            return notYet;
        GatewayState? now;
        try
        {
            now = await blobs.ReadAsync(cancellationToken);
        }
        catch (Exception failure) when (Confirmation.IsUnreachable(failure, cancellationToken))
        {
            return Confirmation.AskAgain(call, generation, time.GetUtcNow(), "the gateway's state cannot be read");
        }
        if (now is { Mode: GatewayState.ModelRung } && now.Generation > generation)
            return new Outcome.Failed(ErrorKind.Conflict,
                $"{now.ChangedBy} gave requests back to {call.ModelName()} (generation {now.Generation}) after it was isolated (generation {generation}).");
        return new Outcome.Succeeded(JsonData.Object(("generation", JsonData.Of(generation)), ("replicas", JsonData.Of(replicas)),
            ("mode", JsonData.Of(now?.Mode ?? GatewayState.FallbackRung))));
    }

    private async Task<long> WriteAsync(GatewayBlobs blobs, ActionCall call, CancellationToken cancellationToken)
    {
        var reason = call.Inputs["reason"]?.AsString() is { Length: > 0 } given ? given : $"isolated by run {call.RunId}";
        var lostAnswers = 0;
        for (var write = 1; write <= WritesMax; write++)
        {
            var before = await blobs.ReadAsync(cancellationToken);
            if (before?.Key == call.Command.Key)
                return before.Generation;
            // A state that is gone had a number; gateways that applied it take a lower one for silence.
            var last = before?.Generation ?? (await blobs.HeardAsync(cancellationToken)).Max() ?? 0;
            var change = GatewayState.Change(last + 1, GatewayState.FallbackRung, 0, call.RunId, time.GetUtcNow(), reason, call.Command.Key);
            try
            {
                if (await blobs.WriteAsync(change, before, cancellationToken))
                    return last + 1;
            }
            catch (Exception lost) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(lost) is { Kind: ErrorKind.OutcomeUnknown }
                && ++lostAnswers <= LostAnswersMax)
            {
                // The answer was lost, and the next read says by the key whether it was written. Should it be written only later, it fails by its tag.
            }
        }
        throw new ActionFailedException(ErrorKind.Timeout, $"Others changed the state of {call.ModelName()} {WritesMax} times in a row.");
    }

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var blobs = new GatewayBlobs(storage, call);
        var state = await blobs.ReadAsync(cancellationToken);
        var heard = await blobs.HeardAsync(cancellationToken);
        if (heard.Count == 0)
            throw new ActionFailedException(ErrorKind.NotFound, $"No gateway is heard, so nobody would confirm that {call.ModelName()} is isolated.");
        return new Probed(state.Described(), $"generation {(state?.Generation ?? heard.Max() ?? 0) + 1}: {GatewayState.FallbackRung}");
    }
}
