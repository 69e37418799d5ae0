using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>A playbook as far as it could be read, before the rules that look across steps.</summary>
internal sealed record Draft
{
    public required Document Document { get; init; }
    public required Scope Scope { get; init; }
    public string Name { get; init; } = "";
    public string Version { get; init; } = "";
    public string Title { get; init; } = "";
    public string? Owner { get; init; }
    public ImmutableArray<string> Editors { get; init; } = [];
    public Objectives Objectives { get; init; } = new(null, null);
    public JsonData? Classification { get; init; }
    public ImmutableArray<DraftTrigger> Triggers { get; init; } = [];
    public ConcurrencyRule? Concurrency { get; init; }
    public StepFacts? ConcurrencyFacts { get; init; }
    public ImmutableArray<InputDeclaration> Inputs { get; init; } = [];
    public ImmutableSortedDictionary<string, string> Roles { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public ImmutableArray<Step> Steps { get; init; } = [];
    public ImmutableArray<Step.Do> Finally { get; init; } = [];
    public TimeSpan FinallyWithin { get; init; } = Limits.FinallyWithinDefault;
    public DrillPlan? Drill { get; init; }
    public ImmutableArray<InlinedText> Inlined { get; init; } = [];
}

internal sealed record DraftTrigger(Trigger Trigger, StepFacts Facts);
