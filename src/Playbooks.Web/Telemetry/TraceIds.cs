using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;

namespace Playbooks.Web.Telemetry;

/// <summary>
/// Ids of traces and spans, made from what the journal holds: a run lives for hours and over restarts, and whoever goes on with it must find the same trace and
/// the same parents. What is told twice has the same ids, too.
/// </summary>
internal static class TraceIds
{
    public static ActivityTraceId TraceOf(string runId) => ActivityTraceId.CreateFromBytes(Hash(runId).AsSpan(0, 16));

    public static ActivitySpanId OfRun(string runId) => SpanOf($"{runId}\nrun");

    /// <param name="times">How often the step had ended before: a person may have it done again.</param>
    public static ActivitySpanId OfStep(string runId, string path, int times) => SpanOf($"{runId}\nstep/{path}/{times}");

    /// <summary>All polls of an attempt are one span.</summary>
    public static ActivitySpanId OfAttempt(string runId, CommandId id) => SpanOf($"{runId}\nattempt/{id with { Poll = 0 }}");

    /// <summary>The span of an alert's delivery, which is the whole of its trace.</summary>
    /// <param name="delivery">See <see cref="Alert.Delivery"/>: a SHA-256 in lower hex.</param>
    public static ActivityContext OfDelivery(string delivery) =>
        new(ActivityTraceId.CreateFromString(delivery.AsSpan(0, 32)), ActivitySpanId.CreateFromString(delivery.AsSpan(32, 16)), ActivityTraceFlags.Recorded);

    private static ActivitySpanId SpanOf(string name) => ActivitySpanId.CreateFromBytes(Hash(name).AsSpan(0, 8));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
