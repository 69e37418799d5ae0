using System.Globalization;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Artifacts.Actions;

/// <summary>
/// <c>artifacts.lastKnownGood</c>: the newest version that a validation called good and that is still what was signed, to the last byte.
/// Validated versions that do not verify any more are passed over, and the output says which and why: somebody must look at them.
/// </summary>
public sealed class LastKnownGood(ArtifactStores stores) : IAction, IProbe
{
    public string Name => "artifacts.lastKnownGood";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var slice = new Slice(stores.Time);
        var artifacts = stores.Open(call);
        var seen = await artifacts.RequirePointerAsync(cancellationToken);
        var search = Search.Read(call.Command.Token);
        (var candidates, search) = await CandidatesAsync(artifacts, Before(call), search, cancellationToken);
        foreach (var (record, _) in candidates)
        {
            try
            {
                var from = search.Version == record.Version ? search.NextFile : 0;
                if (from == 0)
                    await VersionCheck.ReadinessAsync(artifacts.Store, record, cancellationToken);
                if (await VersionCheck.BytesAsync(artifacts.Store, record, from, slice, cancellationToken) is { } next)
                    return stores.Time.AskAgain((search with { Version = record.Version, NextFile = next }).ToString(), next,
                        record.Manifest.Files.Length, $"of version {record.Version} checked");
                return await FoundAsync(artifacts, record, seen, search, cancellationToken);
            }
            catch (ActionFailedException unfit) when (unfit.Kind is ErrorKind.Integrity or ErrorKind.Invalid)
            {
                search = search.PassOver(record.Version, unfit.Message);
            }
        }
        return search.PassedOver.IsEmpty
            ? new Outcome.Failed(ErrorKind.NotFound, $"No version of {artifacts.Model} was validated before {Before(call):O}. Only a validation makes a version known good.")
            : new Outcome.Failed(ErrorKind.Integrity, $"No validated version of {artifacts.Model} can be trusted: " +
                string.Join(" ", search.PassedOver.Select(one => one.Why)));
    }

    private async Task<Outcome> FoundAsync(ModelArtifacts artifacts, VersionRecord record, SeenPointer seen, Search search, CancellationToken cancellationToken)
    {
        var current = seen.Pointer.VersionAt(stores.Time.GetUtcNow());
        var currentDigest = current == seen.Pointer.Version ? seen.Pointer.Digest
            : (await artifacts.Records.ReadVersionAsync(current, cancellationToken)).Digest;
        return ArtifactCall.Done(
            ("version", JsonData.Of(record.Version)), ("digest", JsonData.Of(record.Digest)),
            ("createdAt", JsonData.Of(record.Manifest.MadeAt.ToString("O", CultureInfo.InvariantCulture))),
            ("current", JsonData.Of(current)), ("currentDigest", JsonData.Of(currentDigest)),
            ("passedOver", JsonData.Array(search.PassedOver.Select(one => one.ToJson()))));
    }

    /// <summary>Newest validation first. What cannot be trusted by its signature alone is passed over here.</summary>
    private static async Task<(List<(VersionRecord Record, DateTimeOffset ValidatedAt)> Candidates, Search Search)> CandidatesAsync(
        ModelArtifacts artifacts, DateTimeOffset before, Search search, CancellationToken cancellationToken)
    {
        var candidates = new List<(VersionRecord Record, DateTimeOffset ValidatedAt)>();
        foreach (var version in await artifacts.Records.ListValidatedAsync(cancellationToken))
        {
            if (search.PassedOver.Any(one => one.Version == version))
                continue;
            try
            {
                var record = await artifacts.Records.ReadVersionAsync(version, cancellationToken);
                record.RequireSignature(artifacts.Verifier);
                if (await artifacts.Records.ReadValidationAsync(record, artifacts.Verifier, cancellationToken) is { } validation
                    && validation.ValidatedAt < before)
                    candidates.Add((record, validation.ValidatedAt));
            }
            catch (ActionFailedException unfit) when (unfit.Kind is ErrorKind.Integrity or ErrorKind.NotFound)
            {
                search = search.PassOver(version, unfit.Message);
            }
        }
        candidates.Sort((one, other) => other.ValidatedAt.CompareTo(one.ValidatedAt));
        return (candidates, search);
    }

    private static DateTimeOffset Before(ActionCall call) => call.Inputs["before"]?.AsString() is not { } text ? DateTimeOffset.MaxValue
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var before) ? before
        : throw new ActionFailedException(ErrorKind.Invalid, $"before is no instant: {text}.");

    public async Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var validated = await stores.Open(call).Records.ListValidatedAsync(cancellationToken);
        return validated.IsEmpty ? throw new ActionFailedException(ErrorKind.NotFound, "No version is validated, so there is nothing known good.")
            : new Probed($"{await stores.CurrentAsync(call, cancellationToken)}; validated: {string.Join(", ", validated.Order())}", "unchanged");
    }
}
