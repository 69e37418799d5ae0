using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;

namespace Playbooks.DurableFunctions.Storage;

/// <summary>
/// Alerts as they arrived, in one partition of a table, so that a delivery and what it is found by become durable together. One partition takes about
/// 2,000 rows a second, four of them per alert. Numbers are milliseconds of arrival, made unique: they rise, and have gaps.
/// </summary>
public sealed class TableAlerts(StateStorage storage, TimeProvider time) : IAlertInbox
{
    private const string Partition = "alerts";
    /// <summary>What one property holds.</summary>
    private const int ChunkMaxBytes = 64 * 1024;
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TableClient table = storage.Alerts;

    public async Task<bool> KeepAsync(ReceivedAlert alert, CancellationToken cancellationToken)
    {
        for (var number = (time.GetUtcNow() - Epoch).Ticks / TimeSpan.TicksPerMillisecond; ; number++)
        {
            var row = new TableEntity(Partition, Delivery(alert.Delivery)) { ["Number"] = number };
            Put(row, "Received", JsonSerializer.Serialize(alert));
            TableTransactionAction[] together =
            [
                Added(row), Added(Reference(Latest(number), alert)), Added(Reference(Unsettled(number), alert)), Added(Reference(OfAlert(alert.AlertId, number), alert)),
            ];
            try
            {
                await table.SubmitTransactionAsync(together, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (TableTransactionFailedException taken) when (taken.Status == 409)
            {
                if ((await table.GetEntityIfExistsAsync<TableEntity>(Partition, row.RowKey, cancellationToken: cancellationToken).ConfigureAwait(false)).HasValue)
                    return false;
                // Another alert has the number.
            }
        }
    }

    public async Task SettleAsync(string delivery, AlertFate fate, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, Delivery(delivery), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (!found.HasValue || found.Value!.ContainsKey("Fate0"))
            return;
        var row = found.Value;
        Put(row, "Fate", JsonSerializer.Serialize(fate, RunJson.Options));
        try
        {
            await table.SubmitTransactionAsync(
            [
                new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, row.ETag),
                new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(Partition, Unsettled(row.GetInt64("Number")!.Value)), ETag.All),
            ], cancellationToken).ConfigureAwait(false);
        }
        // Somebody else was first.
        catch (TableTransactionFailedException changed) when (changed.Status is 404 or 412)
        {
        }
    }

    IReadOnlyList<KeptAlert> IAlertInbox.Unsettled(int atMost) => Referred("u|", "u}", atMost);

    IReadOnlyList<KeptAlert> IAlertInbox.Latest(long? before, int atMost) => Referred(before is { } number ? Latest(number) + "!" : "n|", "n}", atMost);

    IReadOnlyList<KeptAlert> IAlertInbox.OfAlert(string alertId)
    {
        var prefix = $"a|{StateStorage.NameOf(alertId)}";
        return [.. Referred(prefix + "|", prefix + "}", IAlertInbox.OfAlertMax).AsEnumerable().Reverse()];
    }

    /// <summary>What the rows from a key on, before another, refer to.</summary>
    private List<KeptAlert> Referred(string from, string before, int atMost)
    {
        var alerts = new List<KeptAlert>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {from} and RowKey lt {before}");
        foreach (var reference in table.Query<TableEntity>(filter, Math.Min(atMost, 1000)).Take(atMost))
        {
            var row = table.GetEntity<TableEntity>(Partition, reference.GetString("Delivery")).Value;
            alerts.Add(new KeptAlert(row.GetInt64("Number")!.Value, JsonSerializer.Deserialize<ReceivedAlert>(Take(row, "Received")!)!,
                Take(row, "Fate") is { } fate ? JsonSerializer.Deserialize<AlertFate>(fate, RunJson.Options) : null));
        }
        return alerts;
    }

    private static TableTransactionAction Added(TableEntity row) => new(TableTransactionActionType.Add, row);

    private static TableEntity Reference(string rowKey, ReceivedAlert alert) => new(Partition, rowKey) { ["Delivery"] = Delivery(alert.Delivery) };

    private static string Delivery(string delivery) => "d|" + StateStorage.NameOf(delivery);

    private static string Unsettled(long number) => string.Create(CultureInfo.InvariantCulture, $"u|{number:D19}");

    /// <summary>The newest first: tables are read in the order of their keys.</summary>
    private static string Latest(long number) => string.Create(CultureInfo.InvariantCulture, $"n|{long.MaxValue - number:D19}");

    private static string OfAlert(string alertId, long number) => string.Create(CultureInfo.InvariantCulture, $"a|{StateStorage.NameOf(alertId)}|{long.MaxValue - number:D19}");

    /// <summary>Packed, and cut into as many properties as it takes: an alert has up to 256 KB, a property 64.</summary>
    private static void Put(TableEntity row, string name, string text)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(Encoding.UTF8.GetBytes(text));
        foreach (var (index, chunk) in packed.ToArray().Chunk(ChunkMaxBytes).Index())
            row[string.Create(CultureInfo.InvariantCulture, $"{name}{index}")] = chunk;
    }

    private static string? Take(TableEntity row, string name)
    {
        using var packed = new MemoryStream();
        for (var index = 0; row.GetBinary(string.Create(CultureInfo.InvariantCulture, $"{name}{index}")) is { } chunk; index++)
            packed.Write(chunk);
        if (packed.Length == 0)
            return null;
        packed.Position = 0;
        using var text = new StreamReader(new BrotliStream(packed, CompressionMode.Decompress), Encoding.UTF8);
        return text.ReadToEnd();
    }
}
