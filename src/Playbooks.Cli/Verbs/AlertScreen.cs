using System.Text.Json;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;

namespace Playbooks.Cli.Verbs;

/// <summary>An alert for a tired person: what happened first, then what it would start. Shows what a run would keep of it, and every text through <see cref="Printable"/>.</summary>
internal static class AlertScreen
{
    private static readonly string[] InSentence = ["metric", "value", "operator", "threshold", "unit", "aggregation", "window"];

    public static void Print(Alert alert, IReadOnlyList<AlertAnswer> answers, DeploymentEnvironment? environment, TextWriter output)
    {
        var data = alert.ToData();
        output.WriteLine(Printable.Line($"{alert.Condition.Name.ToUpperInvariant()}  {Said(data["severity"]) ?? "no severity"}  {Said(data["rule"]) ?? "(a rule without a name)"}"));
        if (alert.IsTest)
            output.WriteLine("  TEST: this is what the test button of an action group sends. Nothing has happened; it would only start drills.");
        if (alert.Condition is AlertCondition.Resolved)
            output.WriteLine("  It is over: this starts nothing and cancels nothing.");
        else if (Said(data["context"]?["status"]) == "Resolved")
            output.WriteLine("  NOTE: it has fired, but its status says that the event is over.");
        Rows(First(data), output);
        output.WriteLine();
        foreach (var answer in answers)
            Print(answer, environment, output);
        var starting = answers.Count(answer => answer.StartsIn(environment));
        output.WriteLine($"{(starting == 0 ? "None" : starting)} of {answers.Count} playbooks would start{(environment is null ? "" : $" in '{environment.Name}'")}.");
        output.WriteLine();
        Rows([.. Rest(data), ("delivery", alert.Delivery)], output);
    }

    private static IEnumerable<(string Name, string? Value)> First(JsonData data)
    {
        var context = data["context"]!;
        return
        [
            ("why", Said(context["summary"])), ("measured", Measured(context)), ("about", Said(context["items"]) ?? Said(data["targets"])),
            ("fired", Said(data["firedAt"])), ("resolved", Said(data["resolvedAt"])),
            ("monitor", string.Join(", ", new[] { Said(data["service"]), Said(data["signalType"]) }.OfType<string>())),
            ("author says", Said(data["description"])), ("properties", Said(data["customProperties"])), ("look at", Said(data["link"])),
        ];
    }

    private static IEnumerable<(string Name, string? Value)> Rest(JsonData data) =>
    [
        .. data["context"]!.Properties.Where(fact => fact.Key is not ("summary" or "items" or "details") && !InSentence.Contains(fact.Key)).Select(fact => (fact.Key, Said(fact.Value))),
        .. (data["context"]!["details"]?.Properties ?? []).Select(fact => (fact.Key, Said(fact.Value))),
        ("targets", Said(data["targets"])), ("id", Said(data["id"])), ("origin id", Said(data["originAlertId"])), ("cut", Said(data["cut"])),
    ];

    /// <summary>As one would say it: "Average Percentage CPU was 31 % in PT5M, GreaterThan 25 %". Null when nothing was measured.</summary>
    private static string? Measured(JsonData context)
    {
        var unit = Said(context["unit"]) is { } known ? " " + known : "";
        string?[] parts =
        [
            Said(context["aggregation"]), Said(context["metric"]),
            Said(context["value"]) is { } value ? $"was {value}{unit}" : null,
            Said(context["window"]) is { } window ? $"within {window}" : null,
            Said(context["threshold"]) is { } threshold ? $"against {Said(context["operator"]) ?? "a threshold of"} {threshold}{unit}" : null,
        ];
        return string.Join(' ', parts.OfType<string>()) is { Length: > 0 } sentence ? sentence : null;
    }

    private static void Print(AlertAnswer answer, DeploymentEnvironment? environment, TextWriter output)
    {
        output.WriteLine(Printable.Line($"{answer.Playbook}{(answer.Version is { } version ? " " + version : "")}: {Sentence(answer, environment)}"));
        IEnumerable<string> reasons = answer.Verdict switch
        {
            AlertVerdict.InputsRefused refused => refused.Reasons,
            AlertVerdict.NotTaken missed => missed.Missed.SelectMany(trigger => trigger.Mismatches.Select(mismatch =>
                $"triggers[{trigger.Trigger}] wants {mismatch.What} {mismatch.Wanted}, the alert has {mismatch.Found ?? "none"}")),
            _ => answer.Problems,
        };
        foreach (var reason in reasons)
            output.WriteLine("    " + Printable.Line(reason));
    }

    private static string Sentence(AlertAnswer answer, DeploymentEnvironment? environment) => answer.Verdict switch
    {
        null => "UNREADABLE",
        AlertVerdict.Starts when !answer.Problems.IsEmpty => $"takes it, but CANNOT RUN in '{environment!.Name}'",
        AlertVerdict.Starts starts when !answer.StartsIn(environment) => $"does not start in '{environment!.Name}', which is no drill environment (triggers[{starts.Trigger}] takes it)",
        AlertVerdict.Starts starts => $"{(starts.DrillOnly ? "would START A DRILL" : "would START")} by triggers[{starts.Trigger}] with {starts.Inputs.Text}{(answer.Key is { } key ? $", one run at a time for '{key}'" : "")}",
        AlertVerdict.InputsRefused refused => $"takes it by triggers[{refused.Trigger}], but CANNOT START with its inputs",
        AlertVerdict.Resolves resolves => $"starts nothing; a run that this alert started by triggers[{resolves.Trigger}] learns that it is over",
        AlertVerdict.NotTaken { Missed.IsEmpty: true } => "does not start: it has no trigger on alerts",
        AlertVerdict.NotTaken => "does not start",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static void Rows(IEnumerable<(string Name, string? Value)> rows, TextWriter output)
    {
        var shown = rows.Where(row => !string.IsNullOrEmpty(row.Value)).ToList();
        var width = shown.Max(row => row.Name.Length);
        foreach (var (name, value) in shown)
            output.WriteLine(Printable.Line($"  {name.PadRight(width)}  {value}"));
    }

    /// <summary>Null for what is null, missing or empty.</summary>
    private static string? Said(JsonData? value) => value?.Kind switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.Array => value.Elements.IsEmpty ? null : string.Join(", ", value.Elements.Select(Said)),
        JsonValueKind.Object => string.Join(", ", value.Properties.Select(property => $"{property.Key}={Said(property.Value)}")),
        _ => value.AsString() ?? value.Text,
    };
}
