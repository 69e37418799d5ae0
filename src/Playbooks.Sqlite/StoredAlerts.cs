using Playbooks.Core;
using Playbooks.Core.Alerts;

namespace Playbooks.Sqlite;

/// <summary>Alerts in the journal's file: as durable as its events, and beside them.</summary>
internal sealed class StoredAlerts(Journal journal) : IAlertInbox
{
    private const string Columns = "SELECT alert, delivery, alert_id, received, fate FROM alerts";

    public Task<bool> KeepAsync(ReceivedAlert alert, CancellationToken cancellationToken) =>
        journal.Commits.EnqueueAsync(writing => writing.KeepAlert(alert)).WaitAsync(cancellationToken);

    public Task SettleAsync(string delivery, AlertFate fate, CancellationToken cancellationToken) =>
        journal.Commits.EnqueueAsync(writing =>
        {
            writing.SettleAlert(delivery, fate);
            return true;
        }).WaitAsync(cancellationToken);

    public IReadOnlyList<KeptAlert> Unsettled(int atMost) => Rows($"{Columns} WHERE fate IS NULL ORDER BY alert LIMIT $most", "$most", atMost);

    public IReadOnlyList<KeptAlert> Latest(long? before, int atMost) =>
        Rows($"{Columns} WHERE alert < $before ORDER BY alert DESC LIMIT $most", "$before", before ?? long.MaxValue, "$most", atMost);

    public IReadOnlyList<KeptAlert> OfAlert(string alertId)
    {
        var latest = Rows($"{Columns} WHERE alert_id = $id ORDER BY alert DESC LIMIT $most", "$id", alertId, "$most", IAlertInbox.OfAlertMax);
        latest.Reverse();
        return latest;
    }

    private List<KeptAlert> Rows(string sql, string name, object value, string? second = null, object? secondValue = null) => journal.Reader.Read(connection =>
    {
        using var command = connection.Statement(sql, second is null ? [name] : [name, second]);
        using var reader = (second is null ? command.With(value) : command.With(value, secondValue)).ExecuteReader();
        var rows = new List<KeptAlert>();
        while (reader.Read())
        {
            var (delivery, id) = (reader.GetString(1), reader.GetString(2));
            rows.Add(new KeptAlert(reader.GetInt64(0), StoredJson.ReadAlert(Seal.Take(reader.GetString(3), delivery, id)),
                reader.IsDBNull(4) ? null : StoredJson.ReadFate(Seal.Take(reader.GetString(4), delivery))));
        }
        return rows;
    });
}
