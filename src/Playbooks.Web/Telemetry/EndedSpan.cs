using System.Collections.Immutable;
using System.Diagnostics;

namespace Playbooks.Web.Telemetry;

/// <summary>A span that is over and can be told.</summary>
/// <param name="Id">Made from the journal; see <see cref="TraceIds"/>.</param>
/// <param name="Parent">Default for the span of a whole run.</param>
/// <param name="Error">Value of <c>error.type</c>; null where nothing failed.</param>
internal sealed record EndedSpan(SpanOf Of, string Name, ActivitySpanId Id, ActivitySpanId Parent, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string? Error,
    ImmutableArray<KeyValuePair<string, object?>> Attributes, ImmutableArray<ActivityEvent> Events)
{
    public ImmutableArray<ActivityContext> Links { get; init; } = [];

    public double Seconds => (EndedAt - StartedAt).TotalSeconds;
}

internal enum SpanOf { Run, Step, Attempt }
