using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Serving;

/// <summary>
/// <c>model.rejoin</c>: reads once and writes once, and only on a state that this run itself has set. Whoever else changed it, most of all
/// by isolating the model, has the last word: the rejoin is a conflict then and is not tried on the new state. So a person who isolates the
/// model between two shares of a ramp is not overruled by the next share, but only by a person who orders <c>retry --again</c> in its face.
/// </summary>
public sealed class RejoinModel(StorageClients storage, TimeProvider time) : IAction, IProbe
{
    public string Name => Catalogue.Rejoin;

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var blobs = new GatewayBlobs(storage, call);
        var percent = call.Inputs["percent"]!.AsInt64()!.Value;
        var before = await blobs.ReadAsync(cancellationToken);
        if (before is null)
            return new Outcome.Failed(ErrorKind.NotFound, $"The gateway has no state of {call.ModelName()}; isolate the model first.");
        var generation = before.Generation;
        if (before.Key != call.Command.Key)
        {
            // Ours, and overtaken since; a repeat must not undo what came after it.
            if (before.EverHadKey(call.Command.Key) || call.Command.Token is not null)
                return Overtaken(call, $"{before.ChangedBy} changed it to {before.Mode} (generation {before.Generation}) after this rejoin");
            if (before.ChangedBy != GatewayState.By(call.RunId) && call.Command.Id.Redo == 0)
                return Overtaken(call, $"{before.ChangedBy} set it to {before.Mode} (generation {before.Generation}), and this run has not isolated it since");
            generation++;
            var change = GatewayState.Change(generation, GatewayState.ModelRung, percent, call.RunId, time.GetUtcNow(),
                $"{percent} % given back by run {call.RunId}", call.Command.Key);
            if (!await blobs.WriteAsync(change, before, cancellationToken))
                return Overtaken(call, "somebody changed it while this rejoin was being written");
        }
        var (_, notYet) = await Confirmation.WaitAsync(blobs, call, generation, time, cancellationToken);
        return notYet ?? (Outcome)new Outcome.Succeeded(JsonData.Object(("generation", JsonData.Of(generation)), ("percent", JsonData.Of(percent))));
    }

    private static Outcome.Failed Overtaken(ActionCall call, string how) => new(ErrorKind.Conflict,
        $"The state of {call.ModelName()} is another's: {how}. Look why; if it may be given requests again all the same, order retry --again.");

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) => new(
        (await new GatewayBlobs(storage, call).ReadAsync(cancellationToken)).Described(),
        call.Inputs["percent"] is { } percent ? $"{GatewayState.ModelRung} at {percent.Text} %" : $"{GatewayState.ModelRung} at a share that the run says");
}
