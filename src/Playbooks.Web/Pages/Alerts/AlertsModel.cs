using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Pages.Alerts;

/// <summary>Alerts as they came, newest first, and what became of each.</summary>
/// <param name="Older">Number before which the next page begins; null on the last one.</param>
public sealed record AlertsModel(ImmutableArray<AlertLine> Alerts, bool UnmatchedOnly, long? Older, DateTimeOffset Now)
{
    public const int OnPage = 30;

    /// <summary>Alerts that are looked through for a page of unmatched ones; the link to older ones goes on from there.</summary>
    private const int LookedThroughMax = 600;

    public static AlertsModel Of(IAlertInbox inbox, long? before, bool unmatchedOnly, DateTimeOffset now)
    {
        var (lines, looked) = (ImmutableArray.CreateBuilder<AlertLine>(), 0);
        while (true)
        {
            var page = inbox.Latest(before, OnPage + 1);
            foreach (var kept in page.Take(OnPage))
            {
                (before, looked) = (kept.Number, looked + 1);
                if (!unmatchedOnly || AlertLine.IsUnmatched(kept))
                    lines.Add(AlertLine.Of(kept));
                if (lines.Count == OnPage)
                    return new(lines.ToImmutable(), unmatchedOnly, inbox.Latest(before, 1).Count > 0 ? before : null, now);
            }
            if (page.Count <= OnPage || looked >= LookedThroughMax)
                return new(lines.ToImmutable(), unmatchedOnly, page.Count > OnPage ? before : null, now);
        }
    }
}

/// <summary>One delivery. All words in it may be a stranger's.</summary>
/// <param name="Became">What it did, one sentence each.</param>
public sealed record AlertLine(long Number, DateTimeOffset ReceivedAt, string Via, string Rule, string Severity, string Condition, bool Unmatched, bool Settled, ImmutableArray<AlertDid> Became,
    ImmutableArray<string> Reasons, ImmutableArray<Fact> Facts)
{
    private const int FactsMax = 30;

    public static bool IsUnmatched(KeptAlert kept) => kept.Fate is { Effects.IsEmpty: true };

    public static AlertLine Of(KeptAlert kept)
    {
        var alert = (AlertReader.Read(kept.Received.Text) as AlertReading.Accepted)?.Alert;
        return new(kept.Number, kept.Received.ReceivedAt, Shown.Text(kept.Received.Via, 200), Shown.Text(alert?.Rule ?? alert?.Id ?? kept.Received.AlertId, 200), Shown.Text(alert?.Severity ?? "", 20),
            alert?.Condition.Name ?? "cannot be read", IsUnmatched(kept), kept.Fate is not null,
            [.. (kept.Fate?.Effects ?? []).Select(effect => new AlertDid(Words(effect), effect.RunId, [.. effect.Reasons.Select(reason => Shown.Text(reason))]))],
            [.. (kept.Fate?.Reasons ?? []).Select(reason => Shown.Text(reason))], alert is null ? [] : [.. FactsOf(alert).Where(fact => fact.Value.Length > 0).Take(FactsMax)]);
    }

    private static IEnumerable<Fact> FactsOf(Alert alert)
    {
        yield return new("Fired", Shown.Machine(alert.FiredAt));
        yield return new("About", Shown.Text(string.Join(", ", alert.Targets)));
        yield return new("Description", Shown.Text(alert.Description));
        yield return new("Monitored by", Shown.Text(alert.Service));
        yield return new("Id", Shown.Text(alert.Id));
        foreach (var (name, value) in alert.CustomProperties.Properties)
            yield return new(Shown.Text(name, 100), Shown.Text(value.AsString() ?? value.Text));
        // Never a link of ours: where it leads is the sender's choice.
        yield return new("Page of the sender", Shown.Text(alert.Link));
    }

    private static string Words(AlertEffect effect)
    {
        var playbook = Shown.Text(effect.Playbook ?? "a run", 100);
        return effect.Kind switch
        {
            AlertEffectKind.Started => $"started {playbook}",
            AlertEffectKind.Attached => $"joined a run of {playbook} that was going on",
            AlertEffectKind.Queued => $"waits in the queue of {playbook}",
            AlertEffectKind.HeldBack => $"is held back, because {playbook} ended a moment before",
            AlertEffectKind.Rejected => $"{playbook} takes it, but could not start",
            AlertEffectKind.Detected => "was awaited by a drill, which is detected now",
            AlertEffectKind.Resolved => "told a run that the condition is over",
            _ => WireName.Of(effect.Kind),
        };
    }
}

public sealed record AlertDid(string Words, string? RunId, ImmutableArray<string> Reasons);

