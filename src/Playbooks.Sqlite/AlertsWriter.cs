using Microsoft.Data.Sqlite;
using Playbooks.Core.Alerts;

namespace Playbooks.Sqlite;

/// <summary>Keeps deliveries of alerts and what became of them, inside the writer's transaction.</summary>
internal sealed class AlertsWriter(SqliteConnection connection)
{
    // What nothing has become of is found at an opening without a look at the others.
    internal const string Tables = """

        CREATE TABLE alerts (alert INTEGER PRIMARY KEY, delivery TEXT NOT NULL UNIQUE, alert_id TEXT NOT NULL, received TEXT NOT NULL, fate TEXT);
        CREATE INDEX alerts_by_id ON alerts (alert_id);
        CREATE INDEX alerts_unsettled ON alerts (alert) WHERE fate IS NULL;

        """;

    private readonly SqliteCommand insert = connection.Statement("INSERT OR IGNORE INTO alerts (delivery, alert_id, received) VALUES ($delivery, $id, $received)", "$delivery", "$id", "$received");
    private readonly SqliteCommand settle = connection.Statement("UPDATE alerts SET fate = $fate WHERE delivery = $delivery AND fate IS NULL", "$fate", "$delivery");

    /// <returns>False when it was there.</returns>
    internal bool Keep(ReceivedAlert alert) =>
        insert.With(alert.Delivery, alert.AlertId, Seal.Put(StoredJson.Write(alert), alert.Delivery, alert.AlertId)).ExecuteNonQuery() == 1;

    internal void Settle(string delivery, AlertFate fate) => settle.With(Seal.Put(StoredJson.Write(fate), delivery), delivery).ExecuteNonQuery();
}
