using Playbooks.Core.Decisions;

namespace Playbooks.Sqlite;

/// <summary>The decider, as the engine calls it. Tests put one with a planted defect in its place, to see that the defect stays in its run.</summary>
internal sealed record Logic(
    Func<Run, RunEvent, Run> Evolve,
    Func<Run, IReadOnlyList<RunEvent>, string, Reaction> React,
    Func<Run, string, DateTimeOffset, Reaction> Adopt)
{
    internal static Logic Ours { get; } = new(Decider.Evolve, Decider.React, Decider.Adopt);
}
