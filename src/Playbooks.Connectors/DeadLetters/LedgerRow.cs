using System.Text;
using Azure;
using Azure.Data.Tables;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>Where a letter stands. Exactly one at any time.</summary>
internal enum LetterState { Held, Sent, Quarantined, Dropped }

/// <summary>Why a letter is held, quarantined or dropped; written out in the ledger.</summary>
internal static class Why
{
    /// <summary>Held: waits for its turn.</summary>
    public const string Waiting = "";
    /// <summary>Held: the filter did not take it.</summary>
    public const string Filter = "filter";
    /// <summary>Held: it came back dead after replay.</summary>
    public const string Returned = "returned";
    /// <summary>Held: one before it, of the same order key, was quarantined.</summary>
    public const string Order = "order";
    /// <summary>Quarantined: replayed as often as allowed.</summary>
    public const string Attempts = "attempts";
    /// <summary>Quarantined: nobody knows whether it was sent, and the consumer would not notice a second one.</summary>
    public const string Unknown = "outcome-unknown";
    /// <summary>Dropped: another letter of the same key stands for it.</summary>
    public const string Duplicate = "duplicate";
    /// <summary>Dropped: its subject was erased; the ledger keeps no body and no key.</summary>
    public const string Erased = "erased";
}

/// <summary>
/// A letter in the ledger. The body lies there while the ledger is the letter's place, so in every state but sent and erased.
/// </summary>
/// <param name="Id">Message id of the dead letter.</param>
/// <param name="Step">Effect key of the step that has it in hand.</param>
/// <param name="Subject">Pseudonym of the subject; null if unknown or if there is no erasure ledger.</param>
/// <param name="Sequence">Order in which the letters were received.</param>
internal sealed record LedgerRow(string Id, string Step, LetterState State, string Why, string Key, string? Order, string? Subject, string Reason,
    DateTimeOffset InsertedOn, DateTimeOffset EnqueuedAt, long Sequence)
{
    public const string KeyPrefix = "letter|";
    /// <summary>Azure allows 64 KiB in a property; a letter of that size is split.</summary>
    private const int PartMaxBytes = 60 * 1024;
    private const int PartsMax = 2;

    /// <summary>Completed replays.</summary>
    public int Attempts { get; init; }
    /// <summary>Whether the letter itself carries its attempts; else the key's row knows them.</summary>
    public bool AttemptsTold { get; init; }
    /// <summary>The replay that was begun, written before anything is sent. More than <see cref="Attempts"/>: its outcome is unknown.</summary>
    public int Intent { get; init; }
    /// <summary>It came back during the step that has it in hand.</summary>
    public bool Returned { get; init; }
    /// <summary>By the queue's clock.</summary>
    public DateTimeOffset? SentAt { get; init; }
    public int Bytes { get; init; }
    public string Sha256 { get; init; } = "";
    /// <summary>Null when it was not read with the row, or is not there.</summary>
    public string? Text { get; init; }
    public ETag ETag { get; init; }

    /// <summary>Nobody knows whether the last replay was sent.</summary>
    public bool InDoubt => State == LetterState.Held && Intent > Attempts;

    public static LedgerRow Of(Letter letter, string step, string? subject, long sequence) =>
        new(letter.Id, step, LetterState.Held, DeadLetters.Why.Waiting, letter.Key, letter.Order, subject, letter.Reason, letter.InsertedOn,
            letter.EnqueuedAt, sequence)
        {
            Attempts = letter.Attempts ?? 0,
            Intent = letter.Attempts ?? 0,
            AttemptsTold = letter.Attempts is not null,
            Bytes = Encoding.UTF8.GetByteCount(letter.Text),
            Sha256 = Letter.Digest(letter.Text),
            Text = letter.Text,
        };

    public static LedgerRow Read(TableEntity entity) => new(entity.RowKey[KeyPrefix.Length..], entity.GetString(nameof(Step)),
        Enum.Parse<LetterState>(entity.GetString(nameof(State)), ignoreCase: true), entity.GetString(nameof(Why)), entity.GetString(nameof(Key)),
        entity.GetString(nameof(Order)), entity.GetString(nameof(Subject)), entity.GetString(nameof(Reason)),
        entity.GetDateTimeOffset(nameof(InsertedOn))!.Value, entity.GetDateTimeOffset(nameof(EnqueuedAt))!.Value, entity.GetInt64(nameof(Sequence))!.Value)
    {
        Attempts = entity.GetInt32(nameof(Attempts)) ?? 0,
        AttemptsTold = entity.GetBoolean(nameof(AttemptsTold)) ?? false,
        Intent = entity.GetInt32(nameof(Intent)) ?? 0,
        Returned = entity.GetBoolean(nameof(Returned)) ?? false,
        SentAt = entity.GetDateTimeOffset(nameof(SentAt)),
        Bytes = entity.GetInt32(nameof(Bytes)) ?? 0,
        Sha256 = entity.GetString(nameof(Sha256)) ?? "",
        Text = ReadText(entity),
        ETag = entity.ETag,
    };

    public static string? ReadText(TableEntity entity)
    {
        if (entity.GetBinary("Body0") is not { } first)
            return null;
        using var bytes = new MemoryStream();
        bytes.Write(first);
        for (var part = 1; part < PartsMax && entity.GetBinary($"Body{part}") is { } more; part++)
            bytes.Write(more);
        return Encoding.UTF8.GetString(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>What changes when a held letter is claimed.</summary>
    public TableEntity ToClaim(string partition) => new(partition, KeyPrefix + Id)
    {
        [nameof(Attempts)] = Attempts,
        [nameof(Intent)] = Intent,
        [nameof(Why)] = Why,
    };

    public TableEntity ToEntity(string partition, bool withText)
    {
        var entity = new TableEntity(partition, KeyPrefix + Id)
        {
            [nameof(Step)] = Step,
            // Spelled out: stored names are a promise.
            [nameof(State)] = State switch
            {
                LetterState.Held => "held",
                LetterState.Sent => "sent",
                LetterState.Quarantined => "quarantined",
                LetterState.Dropped => "dropped",
                _ => throw new System.Diagnostics.UnreachableException(State.ToString()),
            },
            [nameof(Why)] = Why,
            [nameof(Key)] = Key,
            [nameof(Order)] = Order,
            [nameof(Subject)] = Subject,
            [nameof(Reason)] = Reason,
            [nameof(InsertedOn)] = InsertedOn,
            [nameof(EnqueuedAt)] = EnqueuedAt,
            [nameof(Sequence)] = Sequence,
            [nameof(Attempts)] = Attempts,
            [nameof(AttemptsTold)] = AttemptsTold,
            [nameof(Intent)] = Intent,
            [nameof(Returned)] = Returned,
            [nameof(SentAt)] = SentAt,
            [nameof(Bytes)] = Bytes,
            [nameof(Sha256)] = Sha256,
        };
        if (withText && Text is not null)
        {
            var parts = Encoding.UTF8.GetBytes(Text).Chunk(PartMaxBytes).ToArray();
            // An empty letter is a letter too.
            entity["Body0"] = parts.Length == 0 ? [] : parts[0];
            if (parts.Length > 1)
                entity["Body1"] = parts[1];
        }
        return entity;
    }
}
