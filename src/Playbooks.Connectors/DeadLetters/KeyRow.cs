using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// Which letter of a key was sent last. Written in one transaction with the letter's intent, so that of two letters of a key only one is
/// ever sent, whoever sends and whatever dies. It outlives the step: later duplicates meet it.
/// </summary>
/// <param name="Letter">Id of the letter.</param>
/// <param name="Attempts">Replays of the key, with the one that was begun.</param>
/// <param name="At">When it was begun, by the table's clock.</param>
internal sealed record KeyRow(string Letter, int Attempts, DateTimeOffset At, ETag ETag)
{
    public static string RowKey(string key) => "key|" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    public static TableEntity ToEntity(string partition, LedgerRow row) =>
        new(partition, RowKey(row.Key)) { ["Letter"] = row.Id, ["Attempts"] = row.Intent };

    public static KeyRow Read(TableEntity entity) =>
        new(entity.GetString("Letter"), entity.GetInt32("Attempts") ?? 0, entity.Timestamp ?? default, entity.ETag);

    /// <summary>
    /// Whether the letter is that key's last replay come back dead; else it is a copy of it. A letter that tells its replays settles it;
    /// for others time does, as both clocks are the account's and count whole seconds.
    /// </summary>
    public static bool CameBack(int? attemptsTold, DateTimeOffset insertedOn, int keyAttempts, DateTimeOffset sentAt) => attemptsTold is { } told
        ? told >= keyAttempts
        : insertedOn.ToUnixTimeSeconds() >= sentAt.ToUnixTimeSeconds();
}
