using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Playbooks.Web.Telemetry;

/// <summary>Tells spans that are over to whoever listens, with the times and the ids that they have in the journal.</summary>
internal sealed class SpanTeller : IDisposable
{
    private readonly ActivitySource source = new(TelemetryNames.Source);

    public void Tell(string runId, EndedSpan span)
    {
        var kind = span.Of == SpanOf.Attempt ? ActivityKind.Client : ActivityKind.Internal;
        var links = span.Links.Select(link => new ActivityLink(link));
        Tell(span.Name, kind, new ActivityContext(TraceIds.TraceOf(runId), span.Parent, ActivityTraceFlags.Recorded), span.Id, span.Attributes, links, span.StartedAt, span.EndedAt, activity =>
        {
            foreach (var happened in span.Events)
                activity.AddEvent(happened);
            // Without a description: what went wrong is said in words of people and targets, and those stay in the journal.
            if (span.Error is not null)
                activity.SetStatus(ActivityStatusCode.Error);
        });
    }

    /// <summary>The whole trace of an alert's delivery.</summary>
    public void TellSettled(ActivityContext delivery, IEnumerable<KeyValuePair<string, object?>> attributes, DateTimeOffset receivedAt, DateTimeOffset settledAt) =>
        Tell("alert settle", ActivityKind.Consumer, new ActivityContext(delivery.TraceId, default, ActivityTraceFlags.Recorded), delivery.SpanId, attributes, [], receivedAt, settledAt, _ => { });

    public void Dispose() => source.Dispose();

    private void Tell(string name, ActivityKind kind, ActivityContext parent, ActivitySpanId id, IEnumerable<KeyValuePair<string, object?>> attributes, IEnumerable<ActivityLink> links,
        DateTimeOffset startedAt, DateTimeOffset endedAt, Action<Activity> complete)
    {
        using var activity = source.StartActivity(name, kind, parent, attributes, links, startedAt);
        if (activity is null)
            return;
        TakeId(activity, id);
        complete(activity);
        activity.SetEndTime(endedAt.UtcDateTime);
    }

    /// <summary>
    /// Gives an activity that has just been started the id that the span has. The framework draws span ids at random and lets nobody choose, not even through
    /// a sampler or a listener; with such ids nothing that is told after a restart could name its parent. A test says when a framework has no such field any more.
    /// </summary>
    internal static void TakeId(Activity activity, ActivitySpanId id) => SpanIdOf(activity) = id.ToHexString();

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity activity);
}
