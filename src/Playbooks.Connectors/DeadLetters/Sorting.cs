using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>What becomes of the held letters before anything is sent. Pure.</summary>
internal static class Sorting
{
    /// <summary>In the order of the work: when it was asked for, then as the letters were received.</summary>
    public static IOrderedEnumerable<LedgerRow> InOrder(this IEnumerable<LedgerRow> rows) =>
        rows.OrderBy(row => row.EnqueuedAt).ThenBy(row => row.Sequence).ThenBy(row => row.Id, StringComparer.Ordinal);

    /// <summary>Every held letter with the state it gets. Letters that earlier steps held are this step's now.</summary>
    /// <param name="held">With whether the filter takes them.</param>
    /// <param name="isErased">Whether the subject of that pseudonym was erased.</param>
    public static IReadOnlyList<LedgerRow> Sort(IEnumerable<(LedgerRow Row, bool Taken)> held, string step, ConsumerKind consumer, int maxAttempts,
        Func<string, bool> isErased)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        // A letter that was replayed before stands for its older copies.
        return [.. held.OrderByDescending(one => one.Row.Attempts).ThenBy(one => one.Row.EnqueuedAt).ThenBy(one => one.Row.Sequence)
            .ThenBy(one => one.Row.Id, StringComparer.Ordinal)
            .Select(one => State(one.Row with { Step = step, Returned = one.Row.Returned && one.Row.Step == step }, one.Taken))];

        LedgerRow State(LedgerRow row, bool taken)
        {
            if (row.Subject is { } subject && isErased(subject))
                return Erased(row);
            if (row.InDoubt)
                return InDoubt(row, consumer);
            if (!taken)
                return row with { Why = Why.Filter };
            if (row.Attempts >= maxAttempts)
                return row with { State = LetterState.Quarantined, Why = Why.Attempts };
            if (!seen.Add(row.Key))
                return row with { State = LetterState.Dropped, Why = Why.Duplicate };
            return row with { Why = row.Returned ? Why.Returned : Why.Waiting };
        }
    }

    /// <summary>A process died between its intent to send and the ledger's mark. A keyed consumer takes it again; for others a person must look.</summary>
    public static LedgerRow InDoubt(LedgerRow row, ConsumerKind consumer) => consumer == ConsumerKind.Keyed
        ? row with { Why = Why.Waiting }
        : row with { State = LetterState.Quarantined, Why = Why.Unknown };

    /// <summary>Nothing that says who it was about stays.</summary>
    public static LedgerRow Erased(LedgerRow row) =>
        row with { State = LetterState.Dropped, Why = Why.Erased, Text = null, Key = "", Order = null, Subject = null, Sha256 = "", Bytes = 0 };
}
