using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Scenarios;

/// <summary>
/// A rehearsal on paper: what the world and the people answer, and what must come of it. Runs the real decider in virtual time.
/// Actions that the scenario does not mention succeed after a second.
/// </summary>
public sealed record Scenario
{
    public required string Title { get; init; }
    public RunMode Mode { get; init; } = RunMode.Live;
    public JsonData Inputs { get; init; } = JsonData.EmptyObject;
    /// <summary>Answers by step path (<c>restore</c>, <c>ramp[0]/shift</c>, or <c>ramp/shift</c> for every iteration), one per attempt or poll; the last one repeats.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<Answer>> Actions { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<Answer>>.Empty;
    /// <summary>Votes by the approval's step path.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<ScriptedVote>> Votes { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<ScriptedVote>>.Empty;
    /// <summary>What a person orders when the run waits for an order on that path; or with <c>After</c>, at that time.</summary>
    public ImmutableArray<ScriptedOrder> Orders { get; init; } = [];
    /// <summary>Confirmations of tasks by step path: how long the person takes.</summary>
    public ImmutableSortedDictionary<string, TimeSpan> Tasks { get; init; } = ImmutableSortedDictionary<string, TimeSpan>.Empty;
    public required Expectation Expect { get; init; }
}

/// <param name="Takes">From the start of the attempt to its report; null never reports.</param>
public sealed record Answer(Outcome Outcome, TimeSpan? Takes);

public sealed record ScriptedVote(string Person, string Role, bool Approves, TimeSpan After);

/// <param name="After">From the run's start; null: when the run waits for an order on the path.</param>
public sealed record ScriptedOrder(Order Order, string Path, TimeSpan? After);

/// <summary>What must come of it; null is not looked at.</summary>
public sealed record Expectation
{
    public RunOutcome? Outcome { get; init; }
    public RtoVerdict? Verdict { get; init; }
    /// <summary>Step paths whose action ran, in the order of their first start.</summary>
    public ImmutableArray<string>? Ran { get; init; }
    public ImmutableArray<string>? Undone { get; init; }
    public ImmutableArray<string>? Skipped { get; init; }
    public ImmutableArray<string>? Incomplete { get; init; }
    /// <summary>Last confirmed share of the requests by model.</summary>
    public ImmutableSortedDictionary<string, int>? Models { get; init; }
    public TimeSpan? RecoveredWithin { get; init; }
}
