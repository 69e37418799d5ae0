using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>Somebody else changed rows that this step has in hand: it must look again before it does anything.</summary>
internal sealed class LedgerMovedException(Exception inner) : Exception("The ledger was changed by another process.", inner);

/// <summary>
/// The ledger of one dead-letter queue: one partition of a table, so that what belongs together changes together. Rows are changed only
/// by If-Match; a process that was thought dead finds out by that and stops.
/// </summary>
/// <param name="partition">Name of the dead-letter queue.</param>
internal sealed class LetterLedger(TableClient table, string partition)
{
    /// <summary>Of the service.</summary>
    public const int TransactionMaxRows = 100;

    private const string LeaseRow = "lease";
    /// <summary>The first name after all that begin with <see cref="LedgerRow.KeyPrefix"/>.</summary>
    private const string AfterLetters = "letter}";

    public string Location => $"table {table.Name}, partition {partition}";

    public string Partition => partition;

    public Task CreateAsync(CancellationToken cancellationToken) => table.CreateIfNotExistsAsync(cancellationToken);

    public async Task<StepRow?> ReadStepAsync(string step, CancellationToken cancellationToken) =>
        await FindAsync(StepRow.RowKey(step), null, cancellationToken) is { } entity ? StepRow.Read(entity) : null;

    public async Task<StepRow> WriteStepAsync(StepRow step, CancellationToken cancellationToken)
    {
        await table.UpsertEntityAsync(step.ToEntity(partition), TableUpdateMode.Replace, cancellationToken);
        return step;
    }

    /// <summary>Makes the queue this step's for a while. Null, or until when it is another's.</summary>
    public async Task<DateTimeOffset?> LeaseAsync(string step, DateTimeOffset now, TimeSpan length, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(partition, LeaseRow) { ["Step"] = step, ["Until"] = now + length };
        var held = await FindAsync(LeaseRow, null, cancellationToken);
        if (held is not null && held.GetString("Step") != step && held.GetDateTimeOffset("Until") is { } until && until > now)
            return until;
        try
        {
            if (held is null)
                await table.AddEntityAsync(entity, cancellationToken);
            else
                await table.UpdateEntityAsync(entity, held.ETag, TableUpdateMode.Replace, cancellationToken);
            return null;
        }
        catch (RequestFailedException lost) when (lost.Status is 409 or 412)
        {
            return now + length;
        }
    }

    /// <summary>Adds letters that are not there yet; those that are stay as they are.</summary>
    public async Task AddAsync(IReadOnlyList<LedgerRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return;
        try
        {
            await table.SubmitTransactionAsync(
                rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row.ToEntity(partition, withText: true))), cancellationToken);
        }
        catch (RequestFailedException there) when (there.Status == 409)
        {
            // An earlier try got so far and died before it deleted the letters.
            foreach (var row in rows)
                await AddOneAsync(row, cancellationToken);
        }
    }

    /// <summary>All held letters of the queue, whichever step took them.</summary>
    public IAsyncEnumerable<LedgerRow> HeldAsync(bool withText, CancellationToken cancellationToken) =>
        QueryAsync("State eq 'held'", withText, cancellationToken);

    /// <summary>The letters that a step has in hand.</summary>
    public IAsyncEnumerable<LedgerRow> OfStepAsync(string step, bool withText, CancellationToken cancellationToken) =>
        QueryAsync(TableClient.CreateQueryFilter($"Step eq {step}"), withText, cancellationToken);

    /// <exception cref="ActionFailedException">Integrity: the row has no body.</exception>
    public async Task<string> ReadTextAsync(LedgerRow row, CancellationToken cancellationToken) =>
        await FindAsync(LedgerRow.KeyPrefix + row.Id, ["Body0", "Body1"], cancellationToken) is { } entity && LedgerRow.ReadText(entity) is { } text
            ? text : throw new ActionFailedException(Core.Definitions.ErrorKind.Integrity, $"The letter {row.Id} has no body in {Location}.");

    /// <summary>Changes rows, all of a hundred or none. Bodies stay, unless the new state has none.</summary>
    /// <returns>The rows with their new tags.</returns>
    /// <exception cref="LedgerMovedException">Another process was there.</exception>
    public async Task<IReadOnlyList<LedgerRow>> SaveAsync(IEnumerable<LedgerRow> rows, CancellationToken cancellationToken)
    {
        var saved = new List<LedgerRow>();
        foreach (var hundred in rows.Chunk(TransactionMaxRows))
        {
            var tags = await SubmitAsync(hundred.Select(Update), cancellationToken);
            saved.AddRange(hundred.Select((row, i) => row with { ETag = tags[i] }));
        }
        return saved;
    }

    private TableTransactionAction Update(LedgerRow row) => new(
        row.State == LetterState.Sent || row.Why == Why.Erased ? TableTransactionActionType.UpdateReplace : TableTransactionActionType.UpdateMerge,
        row.ToEntity(partition, withText: false), row.ETag);

    /// <summary>Changes only what a claim changes: a claim of fifty letters is half of what a replay writes.</summary>
    internal TableTransactionAction Claim(LedgerRow row) => new(TableTransactionActionType.UpdateMerge, row.ToClaim(partition), row.ETag);

    /// <summary>Tags of the rows in order.</summary>
    /// <exception cref="LedgerMovedException">A tag was not the current one.</exception>
    internal async Task<IReadOnlyList<ETag>> SubmitAsync(IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await table.SubmitTransactionAsync(actions, cancellationToken);
            return [.. answer.Value.Select(one => one.Headers.ETag ?? default)];
        }
        catch (RequestFailedException moved) when (moved.Status == 412)
        {
            throw new LedgerMovedException(moved);
        }
    }

    internal async Task<TableEntity?> FindAsync(string rowKey, IEnumerable<string>? columns, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, rowKey, columns, cancellationToken);
        return found.HasValue ? found.Value : null;
    }

    private async IAsyncEnumerable<LedgerRow> QueryAsync(string filter, bool withText, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var inPartition = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {LedgerRow.KeyPrefix} and RowKey lt {AfterLetters}");
        await foreach (var entity in table.QueryAsync<TableEntity>($"{inPartition} and ({filter})", null, withText ? null : Columns, cancellationToken))
            yield return LedgerRow.Read(entity);
    }

    private static readonly string[] Columns =
    [
        "PartitionKey", "RowKey", nameof(LedgerRow.Step), nameof(LedgerRow.State), nameof(LedgerRow.Why), nameof(LedgerRow.Key), nameof(LedgerRow.Order),
        nameof(LedgerRow.Subject), nameof(LedgerRow.Reason), nameof(LedgerRow.InsertedOn), nameof(LedgerRow.EnqueuedAt), nameof(LedgerRow.Sequence),
        nameof(LedgerRow.Attempts), nameof(LedgerRow.AttemptsTold), nameof(LedgerRow.Intent), nameof(LedgerRow.Returned), nameof(LedgerRow.SentAt),
        nameof(LedgerRow.Bytes), nameof(LedgerRow.Sha256),
    ];

    private async Task AddOneAsync(LedgerRow row, CancellationToken cancellationToken)
    {
        try
        {
            await table.AddEntityAsync(row.ToEntity(partition, withText: true), cancellationToken);
        }
        catch (RequestFailedException there) when (there.Status == 409)
        {
            // It is in the ledger: what was to be reached.
        }
    }
}
