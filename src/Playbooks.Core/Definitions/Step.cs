using System.Collections.Immutable;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions;

/// <summary>One step of a playbook. Exactly one of the nested kinds; what all kinds share stands here.</summary>
public abstract record Step
{
    private Step() { }

    /// <summary>Unique in the playbook; an inlined playbook's ids carry its step's id and a slash in front.</summary>
    public required string Id { get; init; }
    public string? Title { get; init; }
    /// <summary>False means the step is skipped, with the reason.</summary>
    public Expression? When { get; init; }
    /// <summary>The step's share of the RTO; passing it is an event, not a failure.</summary>
    public TimeSpan? Budget { get; init; }
    public InDrill InDrill { get; init; } = InDrill.Run;
    /// <summary>Null where the author said nothing: <c>ask</c> for mutating and irreversible steps of live runs, else <c>stop</c>.</summary>
    public OnFailure? OnFailure { get; init; }
    /// <summary>How long <c>ask</c> waits for a person before it stops; once per step, not renewed.</summary>
    public TimeSpan AskWithin { get; init; } = Limits.AskWithinDefault;
    /// <summary>Line of the step in the playbook's text, from 1.</summary>
    public int Line { get; init; }

    /// <summary>Runs an action of the catalogue.</summary>
    public sealed record Do : Step
    {
        public required ActionDeclaration Action { get; init; }
        public required ImmutableArray<TemplateField> With
        {
            get;
            init => (field, ConstantWith) = (value, JsonTemplate.ConstantOf(value));
        }
        /// <summary>What <see cref="With"/> gives wherever the run stands; null where it depends on the run.</summary>
        public JsonData? ConstantWith { get; private init; }
        /// <summary>Per attempt.</summary>
        public required TimeSpan Timeout { get; init; }
        public required RetryRule Retry { get; init; }
        public UndoRule? Undo { get; init; }
        /// <summary>Its success stops the RTO clock and seals what completed before it.</summary>
        public bool Recovers { get; init; }
    }

    /// <summary>People decide.</summary>
    public sealed record Approve : Step
    {
        public required string Role { get; init; }
        public required int Quorum { get; init; }
        public required Template Message { get; init; }
        public required ImmutableArray<string> Covers { get; init; }
        public required TimeSpan DecideWithin { get; init; }
        public ImmutableArray<Escalation> Escalate { get; init; } = [];
        public required OnTimeout OnTimeout { get; init; }
        /// <summary>Only the signed-in page takes the decision: no card, no key.</summary>
        public bool OnPage { get; init; }
    }

    /// <summary>A person does something by hand and confirms it with a note.</summary>
    public sealed record ManualTask : Step
    {
        public required string Role { get; init; }
        public required Template Instructions { get; init; }
        public required TimeSpan DoneWithin { get; init; }
    }

    public sealed record Wait : Step
    {
        public required WaitFor For { get; init; }
    }

    public sealed record Parallel : Step
    {
        public required ImmutableArray<Branch> Branches { get; init; }
        public required Join Join { get; init; }
        public TimeSpan? Timeout { get; init; }
    }

    public sealed record ForEach : Step
    {
        /// <summary>An array, or a template that resolves to one.</summary>
        public required JsonTemplate Items { get; init; }
        public required int MaxItems { get; init; }
        public required int Concurrency { get; init; }
        /// <summary>Null: the first failed iteration fails the block. Else it fails when more than this share of the iterations has failed.</summary>
        public int? StopAtErrorPercent { get; init; }
        public required ImmutableArray<Step> Steps { get; init; }
        public TimeSpan? Timeout { get; init; }
    }

    public sealed record Repeat : Step
    {
        public required ImmutableArray<Step> Steps { get; init; }
        public required Expression Until { get; init; }
        public required int MaxTimes { get; init; }
        /// <summary>Pause between two rounds.</summary>
        public required TimeSpan Every { get; init; }
        public TimeSpan? Timeout { get; init; }
    }

    public sealed record Switch : Step
    {
        public required ImmutableArray<Arm> Arms { get; init; }
        /// <summary>Empty: nothing happens when no arm is true.</summary>
        public required ImmutableArray<Step> Default { get; init; }
        public TimeSpan? Timeout { get; init; }
    }

    public sealed record Try : Step
    {
        public required ImmutableArray<Step> Steps { get; init; }
        public required ImmutableArray<CatchArm> Catch { get; init; }
        public TimeSpan? Timeout { get; init; }
    }

    /// <summary>Another playbook, pinned by version and digest, put in place when read.</summary>
    public sealed record Inline : Step
    {
        public required string Playbook { get; init; }
        public required string Version { get; init; }
        public required string Digest { get; init; }
        /// <summary>What <c>inputs</c> means to the steps inside.</summary>
        public required ImmutableArray<TemplateField> With { get; init; }
        public required ImmutableArray<Step> Steps { get; init; }
        public TimeSpan? Timeout { get; init; }
    }

    /// <summary>Ends the run with a named outcome (<c>fail</c> or <c>end</c>).</summary>
    public sealed record Finish : Step
    {
        public required FinishAs As { get; init; }
        public required Template Reason { get; init; }
    }

    /// <summary>The bodies inside a block, each with the name that its steps' paths carry; none for a leaf.</summary>
    public IEnumerable<Body> Bodies() => this switch
    {
        Parallel parallel => parallel.Branches.Select(branch => new Body(branch.Name, branch.Steps)),
        ForEach forEach => [new Body("each", forEach.Steps)],
        Repeat repeat => [new Body("each", repeat.Steps)],
        Switch choice => choice.Arms.Select((arm, index) => new Body($"arm{index}", arm.Steps)).Append(new Body("default", choice.Default)),
        Try attempt => attempt.Catch.Select((arm, index) => new Body($"catch{index}", arm.Steps)).Prepend(new Body("steps", attempt.Steps)),
        Inline inline => [new Body("steps", inline.Steps)],
        _ => [],
    };

    /// <summary>This step and all steps inside it, in the order written.</summary>
    public IEnumerable<Step> WithDescendants() =>
        Bodies().SelectMany(body => body.Steps).SelectMany(step => step.WithDescendants()).Prepend(this);
}

/// <summary>A list of steps inside a block.</summary>
public sealed record Body(string Name, ImmutableArray<Step> Steps);

public sealed record Branch(string Name, ImmutableArray<Step> Steps);

public sealed record Arm(Expression When, ImmutableArray<Step> Steps);

/// <param name="On">Error kinds that this arm takes; empty takes all.</param>
public sealed record CatchArm(ImmutableArray<ErrorKind> On, ImmutableArray<Step> Steps);

/// <param name="After">From the opening of the approval.</param>
public sealed record Escalation(TimeSpan After, string Role);

public enum Join { All, Any }

/// <summary>What a step does in a drill.</summary>
public enum InDrill { Run, Simulate, Skip }

public enum FinishAs { StoodDown, Completed, Failed }

/// <summary>What follows when a step has failed for good.</summary>
public abstract record OnFailure
{
    private OnFailure() { }

    public sealed record Stop : OnFailure;
    public sealed record Continue : OnFailure;
    /// <summary>A later step of the same list; what lies between is skipped.</summary>
    public sealed record Goto(string Step) : OnFailure;
    /// <summary>The run waits for retry, skip or cancel by a person.</summary>
    public sealed record Ask : OnFailure;
}

/// <summary>What an approval's silence means.</summary>
public abstract record OnTimeout
{
    private OnTimeout() { }

    public sealed record Deny : OnTimeout;
    public sealed record Proceed : OnTimeout;
    public sealed record Goto(string Step) : OnTimeout;
}

/// <param name="Attempts">At least 1; the first try counts.</param>
/// <param name="On">Kinds that are tried again; others fail at once.</param>
public sealed record RetryRule(int Attempts, TimeSpan Interval, double Backoff, TimeSpan MaxInterval, ImmutableArray<ErrorKind> On)
{
    public static RetryRule Once { get; } = new(1, TimeSpan.Zero, 1, TimeSpan.Zero, []);
}

/// <summary>How to take an effect back. Reads only what is known before its step starts.</summary>
public sealed record UndoRule(ActionDeclaration Action, ImmutableArray<TemplateField> With, TimeSpan Timeout, RetryRule Retry);

public abstract record WaitFor
{
    private WaitFor() { }

    public sealed record Duration(TimeSpan Time) : WaitFor;
    /// <param name="Latest">Bound from the step's start, since the instant may come from data.</param>
    public sealed record Instant(Template At, TimeSpan Latest) : WaitFor;
    public sealed record Signal(string Name, TimeSpan Within) : WaitFor;
}

/// <summary>A named value of <c>with</c>.</summary>
public sealed record TemplateField(string Name, JsonTemplate Value);
