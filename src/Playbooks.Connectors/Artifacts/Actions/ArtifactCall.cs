using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary>What the artifact actions have in common.</summary>
internal static class ArtifactCall
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    public static ModelArtifacts Open(this ArtifactStores stores, ActionCall call) =>
        stores.Open(call.Environment, call.Inputs["model"]!.AsString()!);

    public static int? VersionInput(this ActionCall call) => call.Inputs["version"]?.AsInt64() is { } version ? (int)version : null;

    public static string MovedBy(this ActionCall call) => $"run {call.RunId}";

    public static Outcome.Pending AskAgain(this TimeProvider time, string token, int done, int of, string what) =>
        new(token, time.GetUtcNow() + AskAgainAfter, $"{done} of {of} files {what}");

    public static Outcome.Succeeded Done(params (string, JsonData)[] output) => new(JsonData.Object(output));

    /// <summary>What is current, in words that change only with it.</summary>
    public static async Task<string> CurrentAsync(this ArtifactStores stores, ActionCall call, CancellationToken cancellationToken)
    {
        var pointer = (await stores.Open(call).RequirePointerAsync(cancellationToken)).Pointer;
        return pointer.Moving ? $"version {pointer.Version} is being put in place" : $"version {pointer.VersionAt(stores.Time.GetUtcNow())} is current";
    }

    /// <summary>The version that the call names, once its record was read and its signature is right; null where it is not known yet.</summary>
    public static async Task<int?> TargetAsync(this ArtifactStores stores, ActionCall call, CancellationToken cancellationToken)
    {
        if (call.VersionInput() is not { } version)
            return null;
        var artifacts = stores.Open(call);
        (await artifacts.Records.ReadVersionAsync(version, cancellationToken)).RequireSignature(artifacts.Verifier);
        return version;
    }
}
