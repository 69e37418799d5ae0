using System.Collections.Immutable;

namespace Playbooks.Web.Telemetry;

/// <summary>
/// Every name that telemetry uses, once. Dashboards and alarms of others are built on them, so they are a promise like the names of events. Where the semantic
/// conventions of OpenTelemetry have a name, it is that one.
/// </summary>
public static class TelemetryNames
{
    /// <summary>Of the activity source and of the meter.</summary>
    public const string Source = "Playbooks";

    /// <summary>Category of what is logged about runs.</summary>
    public const string RunLog = "Playbooks.Runs";

    public const string RunId = "playbooks.run.id";
    public const string Playbook = "playbooks.playbook.name";
    public const string Version = "playbooks.playbook.version";
    public const string Mode = "playbooks.run.mode";
    public const string State = "playbooks.run.state";
    public const string Outcome = "playbooks.run.outcome";
    public const string Verdict = "playbooks.rto.verdict";
    public const string StepPath = "playbooks.step.path";
    public const string StepKind = "playbooks.step.kind";
    public const string Action = "playbooks.step.action";
    public const string StepOutcome = "playbooks.step.outcome";
    public const string Simulated = "playbooks.step.simulated";
    public const string Purpose = "playbooks.attempt.purpose";
    public const string Redo = "playbooks.attempt.redo";
    public const string Attempt = "playbooks.attempt.number";
    public const string Polls = "playbooks.attempt.polls";
    public const string Starts = "playbooks.attempt.starts";
    public const string Effect = "playbooks.alert.effect";
    public const string Runs = "playbooks.alert.runs";
    public const string Error = "error.type";
    public const string Queue = "messaging.destination.name";

    /// <summary>Spans by name, with the attributes that each may have.</summary>
    public static ImmutableArray<SpanName> Spans { get; } =
    [
        new("run PLAYBOOK", "From a run's making to its end", [RunId, Playbook, Version, Mode, Outcome, Verdict, Error]),
        new("step KIND", "From a step's start to its end; inside the block that it stands in", [RunId, Playbook, Mode, StepPath, StepKind, Action, StepOutcome, Simulated, Error]),
        new("attempt ACTION", "One attempt of an action with all its polls; inside its step, or inside the run where it takes a step back or isolates a model because the run stops",
            [RunId, Playbook, Mode, StepPath, StepKind, Action, Purpose, Redo, Attempt, Polls, Starts, Error]),
        new("alert settle", "From an alert's arrival until it is known what became of it; a trace of its own", [Effect, Runs]),
    ];

    public static MetricName RunsOpen { get; } = new("playbooks.runs", "{run}", "gauge", "Runs that are not over", [Playbook, Mode, State]);
    public static MetricName RtoLeft { get; } = new("playbooks.rto.left", "s", "gauge", "Time that the tightest open run has left until its RTO is missed; below zero when it is", [Playbook, Mode]);
    public static MetricName Approvals { get; } = new("playbooks.approvals.waiting", "{approval}", "gauge", "Approvals that wait for people", [Playbook, Mode]);
    public static MetricName ApprovalAge { get; } = new("playbooks.approvals.oldest", "s", "gauge", "How long the oldest of them has waited", [Playbook, Mode]);
    public static MetricName Letters { get; } = new("playbooks.dead_letters", "{message}", "gauge", "Letters in a dead-letter queue at the last count", [Queue]);
    public static MetricName Unsettled { get; } = new("playbooks.alerts.unsettled", "{alert}", "gauge", "Alerts of which nothing has become yet; counted up to 100", []);
    public static MetricName Alerts { get; } = new("playbooks.alerts.settled", "{alert}", "counter", "Alerts that are settled", [Effect]);
    public static MetricName RunSeconds { get; } = new("playbooks.run.duration", "s", "histogram", "From a run's making to its end", [Playbook, Mode, Outcome, Verdict]);
    public static MetricName RecoverySeconds { get; } = new("playbooks.run.recovery", "s", "histogram", "From detected to recovered, of runs that ended recovered", [Playbook, Mode, Verdict]);
    public static MetricName StepSeconds { get; } = new("playbooks.step.duration", "s", "histogram", "From a step's start to its end", [Playbook, Mode, StepKind, Action, StepOutcome, Error]);
    public static MetricName AttemptSeconds { get; } = new("playbooks.attempt.duration", "s", "histogram", "One attempt of an action with all its polls", [Playbook, Mode, Action, Purpose, Error]);
    public static MetricName Dropped { get; } = new("playbooks.telemetry.dropped", "{event}", "counter", "Events that telemetry did not hear because it was behind; it reads them in the journal when the run goes on", []);

    public static ImmutableArray<MetricName> Metrics { get; } =
        [RunsOpen, RtoLeft, Approvals, ApprovalAge, Letters, Unsettled, Alerts, RunSeconds, RecoverySeconds, StepSeconds, AttemptSeconds, Dropped];
}

/// <param name="Name">Words in capitals stand for what differs.</param>
public sealed record SpanName(string Name, string Meaning, ImmutableArray<string> Attributes);

/// <param name="Unit">By UCUM.</param>
/// <param name="Kind">gauge, counter or histogram.</param>
public sealed record MetricName(string Name, string Unit, string Kind, string Meaning, ImmutableArray<string> Attributes);
