using Azure.Data.Tables;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>
/// Writes the intent to send before anything is sent: two rows per letter in one transaction, so 1 call for 50 letters, and three more
/// for each letter whose key was met before.
/// </summary>
internal sealed class Claims(Reprocess work)
{
    /// <param name="chunk">At most <see cref="Reprocess.ChunkMax"/> held letters with different keys.</param>
    /// <param name="settled">Told of letters that must not be sent: dropped or quarantined.</param>
    /// <returns>The letters that may be sent now, with their intent.</returns>
    public async Task<IReadOnlyList<LedgerRow>> ClaimAsync(IReadOnlyList<LedgerRow> chunk, Action<LedgerRow> settled, CancellationToken cancellationToken)
    {
        // The intent of a letter in doubt is written already, and its key with it.
        var doubtful = chunk.Where(row => row.InDoubt).ToList();
        var claims = chunk.Where(row => !row.InDoubt).Select(row => new Claim(row with { Intent = row.Attempts + 1, Why = Why.Waiting }, null)).ToList();
        while (claims.Count > 0)
        {
            try
            {
                var tags = await work.Ledger.SubmitAsync(claims.SelectMany(claim => Actions(claim)), cancellationToken);
                return [.. doubtful, .. claims.Select((claim, i) => claim.Row with { ETag = tags[i * 2] })];
            }
            catch (TableTransactionFailedException conflict) when (conflict.Status == 409)
            {
                await ResolveAsync(claims, conflict.FailedTransactionActionIndex, settled, cancellationToken);
            }
        }
        return doubtful;
    }

    private IEnumerable<TableTransactionAction> Actions(Claim claim)
    {
        yield return work.Ledger.Claim(claim.Row);
        var key = KeyRow.ToEntity(work.Ledger.Partition, claim.Row);
        yield return claim.Known is { } known
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, key, known.ETag)
            : new TableTransactionAction(TableTransactionActionType.Add, key);
    }

    /// <summary>Looks up the key that was there already, or all of them where the service does not say which.</summary>
    private async Task ResolveAsync(List<Claim> claims, int? index, Action<LedgerRow> settled, CancellationToken cancellationToken)
    {
        List<Claim> suspects = index is { } at && at / 2 < claims.Count ? [claims[at / 2]] : [.. claims];
        foreach (var claim in suspects)
        {
            if (await work.Ledger.FindAsync(KeyRow.RowKey(claim.Row.Key), null, cancellationToken) is not { } entity)
                continue;
            var known = KeyRow.Read(entity);
            var place = claims.IndexOf(claim);
            if (Resolve(claim.Row, known) is { State: LetterState.Held } again)
                claims[place] = new Claim(again, known);
            else
            {
                claims.RemoveAt(place);
                settled((await work.Ledger.SaveAsync([Resolve(claim.Row, known)], cancellationToken))[0]);
            }
        }
    }

    private LedgerRow Resolve(LedgerRow row, KeyRow known)
    {
        var before = row with { Intent = row.Attempts };
        if (known.Letter != row.Id && !KeyRow.CameBack(row.AttemptsTold ? row.Attempts : null, row.InsertedOn, known.Attempts, known.At))
            return before with { State = LetterState.Dropped, Why = Why.Duplicate };
        var attempts = Math.Max(row.Attempts, known.Letter == row.Id ? row.Attempts : known.Attempts);
        return attempts >= work.Settings.MaxAttempts
            ? before with { Attempts = attempts, Intent = attempts, State = LetterState.Quarantined, Why = Why.Attempts }
            : row with { Attempts = attempts, Intent = attempts + 1 };
    }

    private sealed record Claim(LedgerRow Row, KeyRow? Known);
}
