using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>Each step instance with its attempts, in the order in which they were first heard of.</summary>
internal sealed class StepFold(PlannedSteps planned)
{
    private readonly List<Entry> entries = [];
    private readonly Dictionary<string, Entry> byPath = new(StringComparer.Ordinal);

    public void Add(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.StepStarted e:
                Started(e.Path, e.At).Simulated |= e.Simulated;
                break;
            case RunEvent.ApprovalOpened e:
                Started(e.Path, e.At);
                break;
            case RunEvent.StepSucceeded e:
                Of(e.Path).End("succeeded", null, e.At);
                break;
            case RunEvent.StepFailed e:
                Of(e.Path).End("failed", $"{WireName.Of(e.Kind)}: {e.Message}", e.At);
                break;
            case RunEvent.StepSkipped e:
                Of(e.Path).End("skipped", e.Reason, e.At);
                break;
            case RunEvent.BudgetExceeded e:
                Of(e.Path).BudgetPassed = true;
                break;
            case RunEvent.AttemptStarted { Id.Purpose: Purpose.Do } e:
                Of(e.Id.Path).Begin(e.Id, e.At);
                break;
            case RunEvent.ActionSucceeded { Id.Purpose: Purpose.Do } e:
                Of(e.Id.Path).Report(e.Id, "succeeded", null, e.At);
                break;
            case RunEvent.ActionFailed { Id.Purpose: Purpose.Do } e:
                Of(e.Id.Path).Report(e.Id, WireName.Of(e.Kind), e.Message, e.At);
                break;
            case RunEvent.AttemptExpired { Id.Purpose: Purpose.Do } e:
                Of(e.Id.Path).Report(e.Id, e.Kind == ErrorKind.Timeout ? "expired" : WireName.Of(e.Kind), null, e.At);
                break;
        }
    }

    public ImmutableArray<StepReport> Result() => [.. entries.Select(Report)];

    private StepReport Report(Entry entry)
    {
        var plan = planned.Find(entry.Path);
        var actual = entry.EndedAt - entry.StartedAt;
        return new(entry.Path, PhaseOf(entry.Path), plan?.Kind ?? "do", plan?.Action, plan?.Title, entry.State, entry.Reason, entry.StartedAt, entry.EndedAt,
            plan?.Budget, actual, Interval.Length(entry.Attempts.Where(attempt => attempt.EndedAt is not null).Select(attempt => new Interval(attempt.StartedAt, attempt.EndedAt!.Value))),
            entry.BudgetPassed || actual > plan?.Budget, entry.Simulated, plan?.Recovers == true, [.. entry.Attempts]);
    }

    private static string PhaseOf(string path) =>
        path.StartsWith("@drill/", StringComparison.Ordinal) ? "drill" : path.StartsWith("@finally/", StringComparison.Ordinal) ? "finally" : "steps";

    private Entry Started(string path, DateTimeOffset at)
    {
        var entry = Of(path);
        // A person's retry starts a step again: its time runs from the first start.
        entry.StartedAt ??= at;
        (entry.State, entry.EndedAt, entry.Reason) = ("running", null, null);
        return entry;
    }

    private Entry Of(string path)
    {
        if (!byPath.TryGetValue(path, out var entry))
        {
            byPath[path] = entry = new Entry(path);
            entries.Add(entry);
        }
        return entry;
    }

    private sealed class Entry(string path)
    {
        public string Path { get; } = path;
        public DateTimeOffset? StartedAt { get; set; }
        public DateTimeOffset? EndedAt { get; set; }
        public string State { get; set; } = "running";
        public string? Reason { get; set; }
        public bool Simulated { get; set; }
        public bool BudgetPassed { get; set; }
        public List<AttemptReport> Attempts { get; } = [];

        public void End(string state, string? reason, DateTimeOffset at) => (State, Reason, EndedAt) = (state, reason, at);

        public void Begin(CommandId id, DateTimeOffset at)
        {
            var name = Name(id);
            var known = Attempts.FindIndex(attempt => attempt.Id == name);
            if (known < 0)
                Attempts.Add(new(name, at, null, id.Poll + 1, 1, "running", null));
            else if (Attempts[known].Polls == id.Poll + 1)
                Attempts[known] = Attempts[known] with { Starts = Attempts[known].Starts + 1 };
            else
                Attempts[known] = Attempts[known] with { Polls = id.Poll + 1 };
        }

        public void Report(CommandId id, string result, string? message, DateTimeOffset at)
        {
            var known = Attempts.FindIndex(attempt => attempt.Id == Name(id));
            if (known >= 0)
                Attempts[known] = Attempts[known] with { EndedAt = at, Result = result, Message = message };
        }

        /// <summary>All polls of an attempt are one attempt.</summary>
        private static string Name(CommandId id) => (id with { Poll = 0 }).ToString();
    }
}
