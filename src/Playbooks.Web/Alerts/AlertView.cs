using System.Collections.Immutable;
using Playbooks.Core.Alerts;
using Playbooks.Core.Json;

namespace Playbooks.Web.Alerts;

/// <summary>An alert that is kept, as it is answered.</summary>
/// <param name="Number">From 1, in the order of arrival; <c>before</c> of the next page.</param>
/// <param name="Alert">As playbooks see it; null where this version cannot read it.</param>
/// <param name="Settled">False while nothing has become of it yet.</param>
/// <param name="Reasons">Why it did nothing, or not more.</param>
public sealed record AlertView(long Number, string Delivery, DateTimeOffset ReceivedAt, string Via, JsonData? Alert, bool Settled, ImmutableArray<AlertEffect> Effects, ImmutableArray<string> Reasons)
{
    /// <summary>Alerts on one page.</summary>
    public const int PageMax = 200;
    public const int PageDefault = 50;

    public static AlertView Of(KeptAlert kept) => new(kept.Number, kept.Received.Delivery, kept.Received.ReceivedAt, kept.Received.Via,
        AlertReader.Read(kept.Received.Text) is AlertReading.Accepted accepted ? accepted.Alert.ToData() : null, kept.Fate is not null, kept.Fate?.Effects ?? [], kept.Fate?.Reasons ?? []);
}
