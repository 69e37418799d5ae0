using System.Collections.Immutable;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions;

/// <summary>
/// A playbook that has been read and checked. It can only be made by the reader, so it is always valid:
/// names resolve, every bound exists, every covered step lies behind its approval.
/// </summary>
public sealed record Playbook
{
    internal Playbook() { }

    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Title { get; init; }
    /// <summary>Who answers for this playbook; told when an alert cannot start it.</summary>
    public string? Owner { get; init; }
    /// <summary>Ids of the people who made this version. They do not vote on its runs.</summary>
    public ImmutableArray<string> Editors { get; init; } = [];
    public required Objectives Objectives { get; init; }
    /// <summary>The author's words on the AI Act, as written; evidence carries them on.</summary>
    public JsonData? Classification { get; init; }
    public ImmutableArray<Trigger> Triggers { get; init; } = [];
    public ConcurrencyRule? Concurrency { get; init; }
    public ImmutableArray<InputDeclaration> Inputs { get; init; } = [];
    /// <summary>Role as the playbook says it → role of the environment (a group of people).</summary>
    public ImmutableSortedDictionary<string, string> Roles { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
    public required ImmutableArray<Step> Steps { get; init; }
    public ImmutableArray<Step.Do> Finally { get; init; } = [];
    /// <summary>Bound of the whole <c>finally</c> list.</summary>
    public TimeSpan FinallyWithin { get; init; }
    public DrillPlan? Drill { get; init; }
    /// <summary>Texts of the playbooks that were put in place, each once. A run keeps them, so that it can be read again from them alone.</summary>
    public ImmutableArray<InlinedText> Inlined { get; init; } = [];
    /// <summary>The exact text that was read.</summary>
    public required string Text { get; init; }
    /// <summary>SHA-256 of <see cref="Text"/> in UTF-8, lower hex.</summary>
    public required string Digest { get; init; }

    /// <summary>Environment role of those who are told and may give orders; null when the playbook names no roles.</summary>
    public string? CommanderGroup => Roles.GetValueOrDefault("commander") ?? Roles.Values.FirstOrDefault();

    /// <summary>The steps of <see cref="Steps"/>, blocks and their bodies included, in the order written.</summary>
    public IEnumerable<Step> AllSteps() => Steps.SelectMany(step => step.WithDescendants());
}

/// <param name="Rto">Detected to recovered; null when the playbook promises no time.</param>
/// <param name="DegradedWithin">Detected to first isolation.</param>
public sealed record Objectives(TimeSpan? Rto, TimeSpan? DegradedWithin);

/// <summary>What starts a run.</summary>
public abstract record Trigger
{
    private Trigger() { }

    /// <summary>Inputs of the run that this trigger starts.</summary>
    public required ImmutableArray<TemplateField> Inputs { get; init; }

    /// <summary>An alert that matches. Patterns take <c>*</c>; null matches all.</summary>
    public sealed record OnAlert(string? Rule, ImmutableArray<string> Severity, string? Service, string? Target,
        ImmutableSortedDictionary<string, string> CustomProperties) : Trigger;

    /// <summary>A queue whose dead-letter queue has come to hold so many letters. Counted by the host, not told by a monitor.</summary>
    /// <param name="Queue">A queue of the environment.</param>
    /// <param name="AtLeast">From 1. Once it has started a run, the count must fall below before it starts another.</param>
    public sealed record OnDeadLetters(string Queue, int AtLeast) : Trigger;

    /// <summary>A cron expression of five fields, in UTC.</summary>
    public sealed record OnSchedule(string Cron, bool Drill) : Trigger;
}

/// <param name="Key">One run per key in an environment, across playbooks.</param>
/// <param name="Cooldown">How long after a run's end an alert for its key is held back.</param>
public sealed record ConcurrencyRule(Template Key, OnConflict OnConflict, TimeSpan Cooldown);

/// <summary>What becomes of a start while its key is taken.</summary>
public enum OnConflict { Attach, Queue, Reject }

/// <summary>A declared input. <paramref name="Type"/> is a JSON type: string, integer, number, boolean, array or object.</summary>
/// <param name="Pattern">A regular expression that the whole string must match (no backtracking).</param>
public sealed record InputDeclaration(string Name, string Type, string? Pattern, ImmutableArray<JsonData> Enum, JsonData? Default, string? Description)
{
    public bool Required => Default is null;
}

/// <param name="DetectWithin">From the last injection until an alert must have arrived.</param>
public sealed record DrillPlan(TimeSpan DetectWithin, ImmutableArray<Step.Do> Inject);
