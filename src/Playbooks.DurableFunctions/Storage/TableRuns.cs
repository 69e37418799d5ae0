using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>Runs in one line each, in a table.</summary>
public sealed class TableRuns(StateStorage storage) : IRunIndex
{
    private const string Partition = "runs";
    private const string Line = "Line";
    /// <summary>When there are more, all are forgotten, and written once more when they change.</summary>
    private const int WrittenMax = 1024;

    /// <summary>As this process has written them: most events change nothing that a list shows.</summary>
    private readonly ConcurrentDictionary<string, RunSummary> written = new(StringComparer.Ordinal);

    public async Task PutAsync(RunSummary run, CancellationToken cancellationToken)
    {
        if (written.TryGetValue(run.RunId, out var before) && before == run)
            return;
        var row = new TableEntity(Partition, RowOf(run)) { [Line] = JsonSerializer.Serialize(run, RunJson.Options) };
        await storage.Runs.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken).ConfigureAwait(false);
        if (written.Count >= WrittenMax)
            written.Clear();
        written[run.RunId] = run;
    }

    public async Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken)
    {
        var runs = new List<RunSummary>();
        await foreach (var row in storage.Runs.QueryAsync<TableEntity>(row => row.PartitionKey == Partition, cancellationToken: cancellationToken).ConfigureAwait(false))
            runs.Add(JsonSerializer.Deserialize<RunSummary>(row.GetString(Line), RunJson.Options)!);
        return runs;
    }

    private static string RowOf(RunSummary run) => string.Create(CultureInfo.InvariantCulture, $"{run.CreatedAt.UtcTicks:D19}|{run.RunId}");
}
