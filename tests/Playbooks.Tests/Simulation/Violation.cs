namespace Playbooks.Tests.Simulation;

/// <summary>A promise that was not kept.</summary>
internal sealed class Violation(string promise, string what) : Exception($"{promise}: {what}")
{
    internal string Promise { get; } = promise;

    internal static void When(bool broken, string promise, Func<string> what)
    {
        if (broken)
            throw new Violation(promise, what());
    }
}

/// <summary>What is promised, as the tables name it.</summary>
internal static class Promises
{
    internal const string Acknowledged = "acknowledged is durable";
    internal const string History = "history is append-only, gap-free and chained";
    internal const string Replay = "replay equals live state";
    internal const string Intent = "intent before effect";
    internal const string Once = "effects happen once";
    internal const string Done = "what succeeded has happened";
    internal const string Letters = "letters are conserved";
    internal const string Artifact = "no reader sees a mixed artifact";
    internal const string Isolation = "isolated stays isolated";
    internal const string Approval = "one decision, by someone allowed, for what was shown";
    internal const string Order = "orders only of commanders";
    internal const string Pause = "nothing starts while paused";
    internal const string Timer = "no timer early, late, lost or twice";
    internal const string Fencing = "a zombie appends nothing";
    internal const string Undo = "effects are taken back in reverse, after the drain";
    internal const string Requests = "one run per request, one at a time per key";
    internal const string Progress = "every run ends, waits for a named thing or is parked";
    internal const string Parked = "a parked run calls for help";
    internal const string Memory = "memory is bounded";
    internal const string SameEnd = "a faulty run ends like the fault-free one";
    internal const string SameReplay = "a replay asks for the same";
    internal const string SameTrace = "the same seed gives the same trace";
}
