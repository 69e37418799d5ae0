using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Comparing;

/// <summary>What a step or playbook means, field by field, defaults filled in: so that only what changes the meaning differs, not how it is written.</summary>
internal static class Written
{
    /// <summary>The fields of a step itself, without those of the steps inside it.</summary>
    public static IEnumerable<(string Field, string Value)> FieldsOf(Step step) =>
        Shared(step).Concat(OfKind(step)).Where(field => field.Value.Length > 0);

    /// <summary>The fields around the steps.</summary>
    public static IEnumerable<(string Field, string Value)> FieldsOf(Playbook playbook)
    {
        (string, string)[] fields =
        [
            ("title", playbook.Title), ("owner", playbook.Owner ?? ""), ("editors", string.Join(", ", playbook.Editors)), ("objectives.rto", Of(playbook.Objectives.Rto)), ("objectives.degradedWithin", Of(playbook.Objectives.DegradedWithin)),
            ("classification", playbook.Classification?.Text ?? ""), ("concurrency.key", playbook.Concurrency?.Key.Text ?? ""),
            ("concurrency.onConflict", playbook.Concurrency is { } rule ? WireName.Of(rule.OnConflict) : ""), ("concurrency.cooldown", Of(playbook.Concurrency?.Cooldown)),
            ("finallyWithin", playbook.Finally.IsEmpty ? "" : Of(playbook.FinallyWithin)), ("drill.detectWithin", Of(playbook.Drill?.DetectWithin)),
            .. playbook.Roles.Select(role => ($"roles.{role.Key}", role.Value)),
            .. playbook.Inputs.Select(input => ($"inputs.{input.Name}", Of(input))),
        ];
        return fields.Where(field => field.Item2.Length > 0);
    }

    public static string Of(Trigger trigger) => trigger switch
    {
        Trigger.OnAlert alert => $"alert rule={alert.Rule ?? "*"} severity={(alert.Severity.IsEmpty ? "*" : string.Join(",", alert.Severity))} service={alert.Service ?? "*"} target={alert.Target ?? "*"}"
            + string.Concat(alert.CustomProperties.Select(property => $" {property.Key}={property.Value}")) + Inputs(alert.Inputs),
        Trigger.OnDeadLetters letters => FormattableString.Invariant($"deadLetters queue={letters.Queue} atLeast={letters.AtLeast}{Inputs(letters.Inputs)}"),
        Trigger.OnSchedule schedule => $"schedule {schedule.Cron}{(schedule.Drill ? " (drill)" : "")}{Inputs(schedule.Inputs)}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Of(OnFailure? onFailure) => onFailure switch
    {
        null => "",
        OnFailure.Goto target => $"goto {target.Step}",
        _ => onFailure.GetType().Name.ToLowerInvariant(),
    };

    public static string Of(OnTimeout onTimeout) => onTimeout is OnTimeout.Goto target ? $"goto {target.Step}" : onTimeout.GetType().Name.ToLowerInvariant();

    public static string Of(TimeSpan? time) => time is { } known ? IsoDuration.Format(known) : "";

    public static string Of(JsonTemplate value) => value switch
    {
        JsonTemplate.Literal literal => literal.Value.Text,
        JsonTemplate.Text text => text.Template.Text,
        JsonTemplate.Array list => $"[{string.Join(", ", list.Items.Select(Of))}]",
        JsonTemplate.Object map => $"{{{string.Join(", ", map.Fields.OrderBy(field => field.Name, StringComparer.Ordinal).Select(field => $"{field.Name}: {Of(field.Value)}"))}}}",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static IEnumerable<(string Field, string Value)> Shared(Step step) =>
    [
        ("title", step.Title ?? ""), ("when", Of(step.When)), ("budget", Of(step.Budget)), ("drill", step.InDrill == InDrill.Run ? "" : WireName.Of(step.InDrill)),
        ("onFailure", Of(step.OnFailure)), ("askWithin", step.AskWithin == Limits.AskWithinDefault ? "" : Of(step.AskWithin)),
    ];

    private static IEnumerable<(string Field, string Value)> OfKind(Step step) => step switch
    {
        Step.Do action =>
        [
            ("do", action.Action.Name), ("timeout", Of(action.Timeout)), ("recovers", action.Recovers ? "true" : ""), .. With("with.", action.With), .. Retry("retry.", action.Retry),
            .. action.Undo is { } undo ? [("undo.do", undo.Action.Name), ("undo.timeout", Of(undo.Timeout)), .. With("undo.with.", undo.With), .. Retry("undo.retry.", undo.Retry)] : Array.Empty<(string, string)>(),
        ],
        Step.Approve approve =>
        [
            ("approve.role", approve.Role), ("approve.quorum", $"{approve.Quorum}"), ("approve.covers", string.Join(", ", approve.Covers)), ("approve.message", approve.Message.Text),
            ("approve.decideWithin", Of(approve.DecideWithin)), ("approve.escalate", string.Join(", ", approve.Escalate.Select(escalation => $"{escalation.Role} after {Of(escalation.After)}"))),
            ("approve.onTimeout", Of(approve.OnTimeout)), ("approve.decideOn", approve.OnPage ? "page" : ""),
        ],
        Step.ManualTask task => [("task.role", task.Role), ("task.instructions", task.Instructions.Text), ("task.doneWithin", Of(task.DoneWithin))],
        Step.Wait { For: WaitFor.Duration wait } => [("wait.for", Of(wait.Time))],
        Step.Wait { For: WaitFor.Instant wait } => [("wait.until", wait.At.Text), ("wait.atMost", Of(wait.Latest))],
        Step.Wait { For: WaitFor.Signal wait } => [("wait.event", wait.Name), ("wait.within", Of(wait.Within))],
        Step.Parallel parallel => [("parallel.branches", string.Join(", ", parallel.Branches.Select(branch => branch.Name))), ("parallel.join", WireName.Of(parallel.Join)), ("timeout", Of(parallel.Timeout))],
        Step.ForEach forEach =>
        [
            ("forEach.items", Of(forEach.Items)), ("forEach.maxItems", $"{forEach.MaxItems}"), ("forEach.concurrency", $"{forEach.Concurrency}"),
            ("forEach.stopAtErrorPercent", $"{forEach.StopAtErrorPercent}"), ("timeout", Of(forEach.Timeout)),
        ],
        Step.Repeat repeat => [("repeat.until", Of(repeat.Until)), ("repeat.maxTimes", $"{repeat.MaxTimes}"), ("repeat.every", Of(repeat.Every)), ("timeout", Of(repeat.Timeout))],
        Step.Switch choice => [.. choice.Arms.Select((arm, index) => ($"switch[{index}].when", Of(arm.When))), ("timeout", Of(choice.Timeout))],
        Step.Try attempt => [.. attempt.Catch.Select((arm, index) => ($"try.catch[{index}].on", arm.On.IsEmpty ? "anything" : string.Join(", ", arm.On.Select(WireName.Of)))), ("timeout", Of(attempt.Timeout))],
        Step.Inline inline => [("playbook.name", inline.Playbook), ("playbook.version", inline.Version), ("playbook.sha256", inline.Digest), .. With("playbook.with.", inline.With), ("timeout", Of(inline.Timeout))],
        Step.Finish finish => [("as", WireName.Of(finish.As)), ("reason", finish.Reason.Text)],
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Of(Expression? expression) => expression?.Text.Trim() ?? "";

    private static string Of(InputDeclaration input) =>
        $"{input.Type}{(input.Pattern is { } pattern ? $" {pattern}" : "")}{(input.Enum.IsEmpty ? "" : $" one of {string.Join(", ", input.Enum.Select(value => value.Text))}")}{(input.Default is { } otherwise ? $", default {otherwise.Text}" : "")}";

    private static string Inputs(ImmutableArray<TemplateField> inputs) => string.Concat(inputs.OrderBy(input => input.Name, StringComparer.Ordinal).Select(input => $" {input.Name}:={Of(input.Value)}"));

    private static IEnumerable<(string Field, string Value)> With(string prefix, ImmutableArray<TemplateField> with) => with.Select(field => (prefix + field.Name, Of(field.Value)));

    private static IEnumerable<(string Field, string Value)> Retry(string prefix, RetryRule retry) => retry.Attempts <= 1 ? [] :
    [
        (prefix + "attempts", $"{retry.Attempts}"), (prefix + "interval", Of(retry.Interval)), (prefix + "backoff", FormattableString.Invariant($"{retry.Backoff}")),
        (prefix + "maxInterval", Of(retry.MaxInterval)), (prefix + "on", string.Join(", ", retry.On.Select(WireName.Of))),
    ];
}
