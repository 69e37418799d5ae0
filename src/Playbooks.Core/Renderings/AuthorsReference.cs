using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Playbooks.Core.Definitions;
using Playbooks.Core.Definitions.Checking;
using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Definitions.Schema;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Renderings;

/// <summary>The page that authors read, made from the same declarations that the reader checks with. Stored as <c>playbooks/README.md</c>.</summary>
public sealed class AuthorsReference
{
    private readonly StringBuilder text = new();

    private AuthorsReference() { }

    /// <summary>The page's text, the same each time, with a final newline.</summary>
    public static string Generate()
    {
        var page = new AuthorsReference();
        page.Write();
        return page.text.ToString().TrimEnd('\n') + "\n";
    }

    private void Write()
    {
        Prose(ReferenceProse.Opening);
        Prose(ReferenceProse.Rules);
        Documents();
        Kinds();
        Prose(ReferenceProse.Expressions.Replace("ALERT", $"the alert: {string.Join(", ", AlertShape.Fields.Select(Code))}", StringComparison.Ordinal));
        Functions();
        Actions();
        Prose(ReferenceProse.Secrets);
        ErrorKinds();
        Limits();
        Codes();
        Prose(ReferenceProse.Closing);
        Alerts();
    }

    private void Documents()
    {
        Line("## The document", "");
        Fields(DocumentSchema.Playbook());
    }

    private void Kinds()
    {
        Line("## Kinds of step", "", "Every step has an `id` and exactly one kind.", "");
        Line("| beside the kind | what | stands on |", "|---|---|---|");
        foreach (var field in StepKind.All.SelectMany(kind => kind.Beside).Distinct())
        {
            var on = StepKind.All.Where(kind => kind.Beside.Contains(field)).Select(kind => kind.Name).ToList();
            Line($"| `{field}` | {Cell(Description(StepSchema.Beside(field)))} | {(on.Count == StepKind.All.Length ? "all" : string.Join(", ", on))} |");
        }
        Line("");
        foreach (var kind in StepKind.All)
        {
            Line($"### `{kind.Name}`", "", Description(KindSchema.Of(kind.Name)) is { Length: > 0 } words && kind.Name != "do" ? words : kind.Description, "");
            if (kind.Name != "do")
                Fields(KindSchema.Of(kind.Name));
        }
        Line("### `retry`", "", Description(DocumentSchema.Retry()), "");
        Fields(DocumentSchema.Retry());
    }

    /// <summary>A table of an object's fields, those of objects inside it with their path. Nothing for what has no fields.</summary>
    private void Fields(JsonObject form)
    {
        var rows = Rows(form, "").ToList();
        if (rows.Count == 0)
            return;
        Line("| field | what | |", "|---|---|---|");
        foreach (var (name, words, required) in rows.DistinctBy(row => row.Name))
            Line($"| `{name}` | {Cell(words)} | {required} |");
        Line("");
    }

    private static IEnumerable<(string Name, string Words, string Required)> Rows(JsonObject form, string prefix)
    {
        var parts = Objects(form).ToList();
        var must = parts.Count > 1 || form["oneOf"] is not null ? "required in this form" : "required";
        foreach (var part in parts)
        {
            var required = part["required"]?.AsArray().Select(name => (string)name!).ToHashSet() ?? [];
            foreach (var (name, value) in part["properties"]?.AsObject() ?? [])
            {
                yield return (prefix + name, Description(value!.AsObject()), required.Contains(name) ? must : "");
                if (value["$ref"] is null && name != "retry")
                {
                    foreach (var row in Rows(value.AsObject(), $"{prefix}{name}{(value["items"] is null ? value["additionalProperties"] is JsonObject ? ".NAME" : "" : "[]")}."))
                        yield return row;
                }
            }
        }
    }

    /// <summary>The forms with fields that a value may have: itself, one of several, each of a list, each value of a map.</summary>
    private static IEnumerable<JsonObject> Objects(JsonObject form)
    {
        if (form["properties"] is not null)
            return [form];
        if (form["oneOf"] is JsonArray several)
            return several.OfType<JsonObject>().SelectMany(Objects);
        return form["items"] is JsonObject item ? Objects(item) : form["additionalProperties"] is JsonObject value ? Objects(value) : [];
    }

    private static string Description(JsonObject form)
    {
        if ((string?)form["$ref"] is "#/$defs/onFailure")
            return Description(StepSchema.OnFailure()) + " Or `{ \"goto\": STEP }`, a later step of the same list.";
        var words = (string?)form["description"] ?? OfType(((string?)form["$ref"])?["#/$defs/".Length..]);
        var options = form["enum"] as JsonArray ?? form["oneOf"]?.AsArray().Select(one => one?["enum"] as JsonArray).FirstOrDefault(one => one is not null);
        var bounds = form["minimum"] is { } minimum && form["maximum"] is { } maximum ? $" {minimum} to {maximum}." : "";
        return words + bounds + (options is null ? "" : $" One of {string.Join(", ", options.Select(word => Code((string)word!)))}.");
    }

    /// <summary>What a field without words of its own holds.</summary>
    private static string OfType(string? definition) => definition switch
    {
        null => "",
        "id" => "Its id.",
        "slug" => "Its name.",
        "version" => "Its version.",
        "duration" => "A duration.",
        "expression" => "An expression, `${ … }`.",
        "text" => "Text, which may hold `${ … }`.",
        "steps" => "Steps.",
        "retry" => "When a failed attempt is tried again; see below.",
        _ => throw new System.Diagnostics.UnreachableException(definition),
    };

    private void Functions()
    {
        Line("| function | gives |", "|---|---|");
        foreach (var function in FunctionTable.Names.Select(name => FunctionTable.Find(name)!))
            Line($"| `{function.Name}({string.Join(", ", function.Parameters.Select(Type))}{(function.LastRepeats ? ", …" : "")})` | {Cell(ReferenceTables.Gives(function))} |");
        Line("", "All of them are pure. `coalesce`, `if`, `require` and `sha256` are ours; the others are the standard's.", "");
    }

    private static string Type(ValueTypes types) => types switch
    {
        ValueTypes.Any => "any",
        ValueTypes.Reference => "&expression",
        _ => string.Join(" or ", Enum.GetValues<ValueTypes>().Where(type => type is not (ValueTypes.None or ValueTypes.Any) && types.HasFlag(type)).Select(type => type switch
        {
            ValueTypes.NumberArray => "numbers",
            ValueTypes.StringArray => "texts",
            ValueTypes.String => "text",
            _ => type.ToString().ToLowerInvariant(),
        })),
    };

    private void Actions()
    {
        Line("## Actions", "", $"Catalogue version {Catalogue.Version}.", "");
        foreach (var action in Catalogue.Actions)
        {
            Line($"### `{action.Name}`", "", action.Description, "");
            var traits = new List<string> { WireName.Of(action.Effect).Replace('-', ' '), WireName.Of(action.Repeatability) };
            traits.AddRange(new[] { (action.Protective, "protects: no undo, never undone"), (action.Verifies, "may carry `recovers`"), (action.Simulatable, "can be simulated"), (action.DrillOnly, "only in `drill.inject`") }
                .Where(trait => trait.Item1).Select(trait => trait.Item2));
            Line($"*{string.Join("; ", traits)}.* Readiness: {action.Probe}", "");
            Values("input", action.Inputs, "required");
            Values("output", action.Outputs, "always there");
        }
    }

    private void Values(string kind, IReadOnlyCollection<ValueDeclaration> values, string required)
    {
        if (values.Count == 0)
            return;
        Line($"| {kind} | type | what | |", "|---|---|---|---|");
        foreach (var value in values)
        {
            var more = value.Words.IsEmpty ? "" : $" One of {string.Join(", ", value.Words.Select(Code))}.";
            more += value.Minimum is { } minimum && value.Maximum is { } maximum ? string.Create(CultureInfo.InvariantCulture, $" {minimum:N0} to {maximum:N0}.") : "";
            more += value.Refers == Refers.Nothing ? "" : $" A {WireName.Of(value.Refers)} of the environment.";
            Line($"| `{value.Name}` | {WireName.Of(value.Type)} | {Cell(value.Description + more)} | {(value.Required ? required : "")} |");
        }
        Line("");
    }

    private void Alerts()
    {
        Prose(ReferenceProse.Alerts.Replace("KEPT", string.Create(CultureInfo.InvariantCulture, $"{AlertShape.KeptMaxBytes / 1024} KiB"), StringComparison.Ordinal));
        Line("| `alert.…` | what |", "|---|---|");
        foreach (var (name, meaning) in AlertShape.All)
            Line($"| `{name}` | {Cell(meaning)} |");
        Line("", ReferenceProse.AlertContext, "", "| `alert.context.…` | what |", "|---|---|");
        foreach (var (name, meaning) in AlertShape.Context)
            Line($"| `{name}` | {Cell(meaning)} |");
        Line("");
        Prose(ReferenceProse.OwnAlerts);
    }

    private void ErrorKinds()
    {
        Line("## Kinds of failure", "", "What `retry.on` and `catch` may name.", "", "| kind | what has happened |", "|---|---|");
        foreach (var kind in Enum.GetValues<ErrorKind>())
            Line($"| `{WireName.Of(kind)}` | {Meaning(kind)} |");
        Line("");
    }

    private static string Meaning(ErrorKind kind) => kind switch
    {
        ErrorKind.Transient => "It may pass by itself, for example a dropped connection before anything was sent.",
        ErrorKind.Throttled => "The target asks for less; it may say how long to wait.",
        ErrorKind.Timeout => "No answer in time. The effect may have happened.",
        ErrorKind.Denied => "The identity may not do this, or people said no. Never tried again where people decided.",
        ErrorKind.NotFound => "The target does not exist.",
        ErrorKind.Conflict => "Somebody else changed the target first.",
        ErrorKind.Invalid => "The inputs cannot be used; nothing was sent.",
        ErrorKind.Integrity => "A digest, signature, answer or state is not what it must be.",
        ErrorKind.OutcomeUnknown => "Nobody knows whether the effect happened. A person must look.",
        ErrorKind.Bug => "A defect of the engine.",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void Limits()
    {
        Line("## Limits", "", "Each is a named constant; passing it is an error that says so.", "", "| limit | value | of what |", "|---|---|---|");
        foreach (var (name, value, what) in ReferenceTables.Limits)
            Line($"| `{name}` | {value} | {what} |");
        Line("");
    }

    private void Codes()
    {
        Line("## Errors", "", "A code never changes its meaning. Every error says where it stands and how to mend it; this is the general advice.", "", "| code | what | how to mend it |", "|---|---|---|");
        foreach (var code in ErrorCodes.All)
            Line($"| {code.Code} | {Cell(code.Title)} | {Cell(code.Remedy)} |");
        Line("");
    }

    private static string Code(string word) => $"`{word}`";

    private static string Cell(string words) => words.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Trim();

    private void Prose(string words) => text.Append(words).Append('\n');

    private void Line(params string[] lines)
    {
        foreach (var line in lines)
            text.Append(line).Append('\n');
    }
}
