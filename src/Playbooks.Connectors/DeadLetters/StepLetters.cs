using Playbooks.Core.Json;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>The letters that one step has in hand, as the ledger has them.</summary>
internal sealed class StepLetters(IReadOnlyCollection<LedgerRow> rows)
{
    private readonly Dictionary<string, LedgerRow> byId = rows.ToDictionary(row => row.Id);
    private readonly HashSet<string> blockedOrders =
        [.. rows.Where(IsOfUnknownFate).Select(row => row.Order!)];

    /// <summary>Read once, with the bodies where they fit into memory.</summary>
    public const int TextsMaxBytes = 32 * 1024 * 1024;

    public IEnumerable<LedgerRow> Sent => byId.Values.Where(row => row.State == LetterState.Sent);

    /// <summary>To be sent in this ramp, in order; those in doubt first, as they were begun first.</summary>
    public IReadOnlyList<LedgerRow> Waiting => Eligible(row => !row.Returned && row.Why == Why.Waiting);

    /// <summary>To be sent again after the ramp.</summary>
    public IReadOnlyList<LedgerRow> Back => Eligible(row => row.Returned);

    public IEnumerable<LedgerRow> InDoubt => byId.Values.Where(row => row.InDoubt);

    /// <summary>Held behind a letter of their order key whose fate nobody knows.</summary>
    public IEnumerable<LedgerRow> Blocked => byId.Values.Where(row => row.State == LetterState.Held && row.Why != Why.Filter && IsBlocked(row));

    public int SentOnce => byId.Values.Count(row => row.State == LetterState.Sent && !row.Returned);

    public int ReturnedCount => byId.Values.Count(row => row.Returned);

    public bool Contains(string id) => byId.ContainsKey(id);

    public void Put(LedgerRow row)
    {
        byId[row.Id] = row;
        if (IsOfUnknownFate(row))
            blockedOrders.Add(row.Order!);
    }

    public void Put(IEnumerable<LedgerRow> many)
    {
        foreach (var row in many)
            Put(row);
    }

    /// <summary>What the step answers. <c>matched</c> = sent + duplicates + erased + quarantined + held, without those that came back or were not taken.</summary>
    public JsonData Output(string ledger)
    {
        var first = byId.Values.Where(row => !row.Returned).ToList();
        return JsonData.Object(
            ("matched", JsonData.Of(first.Count(row => row.Why != Why.Filter))),
            ("sent", JsonData.Of(first.Count(row => row.State == LetterState.Sent))),
            ("duplicates", JsonData.Of(byId.Values.Count(row => row.Why == Why.Duplicate))),
            ("erased", JsonData.Of(byId.Values.Count(row => row.Why == Why.Erased))),
            ("quarantined", JsonData.Of(byId.Values.Count(row => row.State == LetterState.Quarantined))),
            ("held", JsonData.Of(byId.Values.Count(row => row.State == LetterState.Held))),
            ("returned", JsonData.Of(ReturnedCount)),
            ("ledger", JsonData.Of(ledger)));
    }

    private static bool IsOfUnknownFate(LedgerRow row) => row is { State: LetterState.Quarantined, Why: Why.Unknown, Order: not null };

    private List<LedgerRow> Eligible(Func<LedgerRow, bool> which) =>
        [.. byId.Values.Where(row => row.State == LetterState.Held && which(row) && !IsBlocked(row)).InOrder().OrderByDescending(row => row.InDoubt)];

    private bool IsBlocked(LedgerRow row) => row.Order is not null && blockedOrders.Contains(row.Order);
}
