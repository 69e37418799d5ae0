using System.Collections.Immutable;
using Azure.Storage.Blobs.Models;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Artifacts;

/// <summary>Finds before any incident what would make a restore late or impossible.</summary>
public sealed class ArtifactPreflight(ArtifactStores stores)
{
    /// <summary>Looks at every model's validated versions: signatures, lengths, tiers. Reads no file's bytes and changes nothing of the models.</summary>
    public async Task<ImmutableArray<PreflightFinding>> CheckAsync(DeploymentEnvironment environment, CancellationToken cancellationToken)
    {
        var findings = ImmutableArray.CreateBuilder<PreflightFinding>();
        foreach (var model in environment.Models.Keys)
        {
            try
            {
                var artifacts = stores.Open(environment, model);
                var validated = await artifacts.Records.ListValidatedAsync(cancellationToken);
                if (validated.IsEmpty)
                    findings.Add(new(model, null, "No version is validated, so there is nothing known good to restore."));
                foreach (var version in validated)
                    await CheckAsync(artifacts, version, findings, cancellationToken);
            }
            catch (ActionFailedException failure)
            {
                findings.Add(new(model, null, failure.Message));
            }
            catch (Exception failure) when (FailureKinds.Of(failure) is { } known)
            {
                findings.Add(new(model, null, "Its artifacts cannot be looked at. " + known.Message));
            }
        }
        return findings.ToImmutable();
    }

    private static async Task CheckAsync(ModelArtifacts artifacts, int version, ImmutableArray<PreflightFinding>.Builder findings,
        CancellationToken cancellationToken)
    {
        try
        {
            var record = await artifacts.Records.ReadVersionAsync(version, cancellationToken);
            record.RequireSignature(artifacts.Verifier);
            await artifacts.Records.ReadValidationAsync(record, artifacts.Verifier, cancellationToken);
            foreach (var file in record.Manifest.Files)
                switch (await VersionCheck.LookAsync(artifacts.Store, file, cancellationToken))
                {
                    case (null, _):
                        findings.Add(new(artifacts.Model, version, $"{file.Name} is missing."));
                        break;
                    case var (size, _) when size != file.Size:
                        findings.Add(new(artifacts.Model, version, $"{file.Name} has {size} bytes instead of {file.Size}."));
                        break;
                    case var (_, tier) when tier == AccessTier.Archive:
                        findings.Add(new(artifacts.Model, version,
                            $"{file.Name} is in the archive tier: a restore waits up to 15 hours for it, which no recovery objective allows."));
                        break;
                }
        }
        catch (ActionFailedException damaged) when (damaged.Kind is ErrorKind.Integrity or ErrorKind.NotFound)
        {
            findings.Add(new(artifacts.Model, version, damaged.Message));
        }
    }
}

/// <summary>A risk to the recovery objective.</summary>
/// <param name="Version">Null where it concerns the model as a whole.</param>
public sealed record PreflightFinding(string Model, int? Version, string Message);
