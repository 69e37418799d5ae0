using System.Collections.Immutable;
using System.Diagnostics;
using Playbooks.Core.Decisions;

namespace Playbooks.Web.Telemetry;

/// <summary>A span that is not over yet.</summary>
internal sealed class OpenSpan(SpanOf of, string name, ActivitySpanId id, ActivitySpanId parent, DateTimeOffset startedAt)
{
    /// <summary>What most collectors take; more are left out.</summary>
    private const int EventsMax = 128;

    private readonly ImmutableArray<ActivityEvent>.Builder events = ImmutableArray.CreateBuilder<ActivityEvent>();

    public ActivitySpanId Id => id;

    /// <summary>Those without a value are left out.</summary>
    public Dictionary<string, object?> Attributes { get; } = [];

    /// <summary>Keeps that it happened, under the event's stored name. Nothing of what it says: texts of people and targets may name anybody.</summary>
    public void Note(RunEvent happened)
    {
        if (events.Count < EventsMax)
            events.Add(new ActivityEvent(EventNames.Of(happened), happened.At));
    }

    public EndedSpan End(DateTimeOffset at, string? error)
    {
        Attributes[TelemetryNames.Error] = error;
        return new EndedSpan(of, name, id, parent, startedAt, at < startedAt ? startedAt : at, error, [.. Attributes.Where(attribute => attribute.Value is not null)], events.DrainToImmutable());
    }
}
