using System.Collections.Immutable;

namespace Playbooks.Core.Alerts;

/// <summary>A delivery as it arrived.</summary>
/// <param name="Delivery">See <see cref="Alert.Delivery"/>; the same delivery twice is kept once.</param>
/// <param name="AlertId">See <see cref="Alert.Id"/>; what fired and its end share it.</param>
/// <param name="Text">As it was sent, at most <see cref="AlertLimits.TextMaxBytes"/>.</param>
/// <param name="Via">How it came and who vouched for it, for people.</param>
public sealed record ReceivedAlert(string Delivery, string AlertId, string Text, DateTimeOffset ReceivedAt, string Via);

/// <summary>A delivery that is kept.</summary>
/// <param name="Number">From 1, in the order of arrival.</param>
/// <param name="Fate">Null while nothing has become of it yet.</param>
public sealed record KeptAlert(long Number, ReceivedAlert Received, AlertFate? Fate);

/// <summary>What became of a delivery. One of which nothing became is kept too, and says why.</summary>
/// <param name="Effects">What it did to runs; empty when nothing.</param>
/// <param name="Reasons">Why it did nothing, or not more: for the operator, one sentence each.</param>
public sealed record AlertFate(ImmutableArray<AlertEffect> Effects, ImmutableArray<string> Reasons);

/// <param name="Playbook">Null where the run alone is known.</param>
/// <param name="RunId">Null where there is none (yet).</param>
/// <param name="Reasons">Why not, or until when.</param>
public sealed record AlertEffect(string? Playbook, AlertEffectKind Kind, string? RunId, ImmutableArray<string> Reasons);

/// <summary>What an alert does to a playbook or a run.</summary>
public enum AlertEffectKind
{
    /// <summary>A run began.</summary>
    Started,
    /// <summary>It joined a run of the same concurrency key.</summary>
    Attached,
    /// <summary>Its run starts when the one of the same key is over.</summary>
    Queued,
    /// <summary>A run of the same key ended a moment ago; if the alert is not resolved by then, its run starts when the cooldown ends.</summary>
    HeldBack,
    /// <summary>A playbook takes the alert, and yet no run could start.</summary>
    Rejected,
    /// <summary>A drill that waited for it was detected.</summary>
    Detected,
    /// <summary>A run was told that the condition is over.</summary>
    Resolved,
}
