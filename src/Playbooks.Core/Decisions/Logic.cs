namespace Playbooks.Core.Decisions;

/// <summary>The decider, as a shell calls it. Tests put one with a planted defect in its place, to see that the defect stays in its run.</summary>
public sealed record Logic(
    Func<Run, RunEvent, Run> Evolve,
    Func<Run, IReadOnlyList<RunEvent>, string, Reaction> React,
    Func<Run, string, DateTimeOffset, Reaction> Adopt)
{
    public static Logic Ours { get; } = new(Decider.Evolve, Decider.React, Decider.Adopt);
}
