using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Erasures;

/// <summary>An erasure that was carried out, without saying in clear text whose.</summary>
/// <param name="Pseudonym">See <see cref="ErasedSubjects.PseudonymOf"/>.</param>
/// <param name="Scope">A model's or queue's logical name, or <see cref="ErasureLedger.Everywhere"/>.</param>
/// <param name="EffectiveAt">From when on nothing about the subject may be kept.</param>
/// <param name="RecordedAt">When the ledger learned of it.</param>
/// <param name="Proof">Where the request or its completion is filed; never personal data.</param>
public sealed record Erasure(string Pseudonym, string Scope, DateTimeOffset EffectiveAt, DateTimeOffset RecordedAt, string Proof)
{
    /// <summary>What counts when data of some moment come back: they hold what was erased or became known after it.</summary>
    public DateTimeOffset CountsFrom => EffectiveAt > RecordedAt ? EffectiveAt : RecordedAt;
}

/// <summary>
/// Who was erased, kept outside everything that is restored, because a restore brings back the data from before. Entries are added and never
/// changed.
/// </summary>
public sealed class ErasureLedger
{
    public const string Everywhere = "all";
    /// <summary>Of scope and proof.</summary>
    public const int TextMaxChars = 256;

    private const string Partition = "erase";
    private const string SaltRow = "salt";
    private const int SaltLengthBytes = 32;

    private readonly TableClient table;
    private readonly TimeProvider time;

    private ErasureLedger(TableClient table, TimeProvider time) => (this.table, this.time) = (table, time);

    public static ErasureLedger Open(StorageClients storage, DeploymentEnvironment environment, TableTarget target, TimeProvider time) =>
        new(storage.Tables(environment, target.Storage).GetTableClient(target.Table), time);

    /// <summary>Records an erasure. The same one twice is one entry.</summary>
    /// <exception cref="ActionFailedException">Invalid: an empty subject, or a text that is too long.</exception>
    public async Task<Erasure> AddAsync(string subject, string scope, DateTimeOffset effectiveAt, string proof, CancellationToken cancellationToken)
    {
        if (subject.Length == 0 || scope.Length is 0 or > TextMaxChars || proof.Length > TextMaxChars)
            throw new ActionFailedException(ErrorKind.Invalid, $"An erasure needs a subject and a scope, and texts of at most {TextMaxChars} characters.");
        await table.CreateIfNotExistsAsync(cancellationToken);
        var pseudonym = Pseudonym(await SaltAsync(cancellationToken), subject);
        var erasure = new Erasure(pseudonym, scope, effectiveAt, time.GetUtcNow(), proof);
        // Who asks twice for the same erasure gets one entry; the first record stands.
        var row = $"{pseudonym}|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)))[..16]}|{effectiveAt.UtcTicks.ToString("D19", CultureInfo.InvariantCulture)}";
        try
        {
            await table.AddEntityAsync(new TableEntity(Partition, row)
            {
                ["Pseudonym"] = pseudonym, ["Scope"] = scope, ["Type"] = "erase", ["EffectiveAt"] = effectiveAt, ["RecordedAt"] = erasure.RecordedAt,
                ["CountsFrom"] = erasure.CountsFrom, ["Proof"] = proof,
            }, cancellationToken);
            return erasure;
        }
        catch (RequestFailedException there) when (there.Status == 409)
        {
            return Read(await table.GetEntityAsync<TableEntity>(Partition, row, null, cancellationToken));
        }
    }

    /// <summary>Entries that data made at that instant cannot know of.</summary>
    public async IAsyncEnumerable<Erasure> ReadSinceAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and CountsFrom ge {since}");
        await foreach (var entity in table.QueryAsync<TableEntity>(filter, null, null, cancellationToken))
            yield return Read(entity);
    }

    /// <summary>The subjects of all entries of that scope, whenever they were made.</summary>
    /// <remarks>A ledger that was never written to has none; one that is not there at all is made, so that it can be read.</remarks>
    public async Task<ErasedSubjects> SubjectsAsync(string scope, CancellationToken cancellationToken) =>
        await SubjectsSinceAsync(scope, DateTimeOffset.UnixEpoch, cancellationToken);

    /// <summary>The subjects of the entries of that scope since an instant.</summary>
    public async Task<ErasedSubjects> SubjectsSinceAsync(string scope, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await table.CreateIfNotExistsAsync(cancellationToken);
        var salt = await SaltAsync(cancellationToken);
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        var entries = 0;
        await foreach (var erasure in ReadSinceAsync(since, cancellationToken))
        {
            if (erasure.Scope != scope && erasure.Scope != Everywhere)
                continue;
            subjects.Add(erasure.Pseudonym);
            entries++;
        }
        return new ErasedSubjects(subject => Pseudonym(salt, subject), subjects, entries);
    }

    /// <summary>Made once by whoever comes first. It keeps two ledgers from being matched; who may read this table could still try names.</summary>
    private async Task<byte[]> SaltAsync(CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>("salt", SaltRow, null, cancellationToken);
        if (found.HasValue)
            return found.Value!.GetBinary("Salt");
        var salt = RandomNumberGenerator.GetBytes(SaltLengthBytes);
        try
        {
            await table.AddEntityAsync(new TableEntity("salt", SaltRow) { ["Salt"] = salt }, cancellationToken);
            return salt;
        }
        catch (RequestFailedException there) when (there.Status == 409)
        {
            return (await table.GetEntityAsync<TableEntity>("salt", SaltRow, null, cancellationToken)).Value.GetBinary("Salt");
        }
    }

    private static string Pseudonym(byte[] salt, string subject) => Convert.ToHexStringLower(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(subject)));

    private static Erasure Read(TableEntity entity) => new(entity.GetString("Pseudonym"), entity.GetString("Scope"),
        entity.GetDateTimeOffset("EffectiveAt")!.Value, entity.GetDateTimeOffset("RecordedAt")!.Value, entity.GetString("Proof"));
}
