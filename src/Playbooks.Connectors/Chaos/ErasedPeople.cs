using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Playbooks.Connectors.Artifacts;
using Playbooks.Connectors.Artifacts.Stores;
using Playbooks.Connectors.Erasures;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Chaos;

/// <summary>
/// Subjects whose letters a replay must not send. The erasure ledger knows pseudonyms only, so the subjects of the models' data sets,
/// current and earlier, are tried against it.
/// </summary>
internal sealed class ErasedPeople(ArtifactStores stores, ErasureLedger ledger)
{
    /// <summary>Newest versions of each model that are looked at: an erasure leaves its subject in an earlier one.</summary>
    private const int VersionsMax = 5;
    private const int PeopleMax = 20;
    /// <summary>A larger data set is passed over; the drill then goes without letters of this kind.</summary>
    private const long DataSetMaxBytes = 8 * 1024 * 1024;

    /// <param name="queue">Logical name, the scope that a replay of it will ask for.</param>
    /// <returns>In ordinal order, so that the same ledger gives the same letters.</returns>
    public async Task<ImmutableArray<string>> FindAsync(DeploymentEnvironment environment, string queue, CancellationToken cancellationToken)
    {
        var erased = await ledger.SubjectsAsync(queue, cancellationToken);
        if (erased.Entries == 0)
            return [];
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (name, target) in environment.Models.Where(model => model.Value.Artifacts is { Layout: ArtifactLayout.Pointer, DataSets.Count: > 0 }))
        {
            var artifacts = stores.Open(environment, name);
            var tried = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (version, _) in (await artifacts.Records.ListVersionsAsync(cancellationToken)).OrderByDescending(one => one.Version).Take(VersionsMax))
            {
                var record = await artifacts.Records.ReadVersionAsync(version, cancellationToken);
                foreach (var file in record.Manifest.Files.Where(file => target.Artifacts.DataSets.ContainsKey(file.Name) && file.Size <= DataSetMaxBytes && tried.Add(file.Sha256)))
                    found.UnionWith(Subjects(await TextAsync(artifacts.Store, file, cancellationToken), target.Artifacts.DataSets[file.Name])
                        .Where(subject => erased.PseudonymOf(subject) is { } pseudonym && erased.Contains(pseudonym)));
            }
        }
        return [.. found.Take(PeopleMax)];
    }

    private static async Task<string> TextAsync(IArtifactStore store, ManifestFile file, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString((await (await store.LocateAsync(file, cancellationToken)).DownloadContentAsync(cancellationToken)).Value.Content);

    /// <summary>A JSON array of records, or a record on each line; what is neither holds nobody.</summary>
    internal static IEnumerable<string> Subjects(string text, string property)
    {
        var limits = new StrictJsonLimits((int)DataSetMaxBytes);
        var records = StrictJson.Read(text, limits) is StrictJsonResult.Accepted { Value: { Kind: JsonValueKind.Array } array } ? array.Elements
            : text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => StrictJson.Read(line, limits) is StrictJsonResult.Accepted one ? one.Value : JsonData.Null);
        return records.Select(record => record[property]?.AsString()).OfType<string>().Distinct(StringComparer.Ordinal);
    }
}
