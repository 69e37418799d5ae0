using System.Collections.Immutable;
using System.Text.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Reads <c>triggers</c>: which alerts, dead letters and times start a run, and with which inputs.</summary>
internal static class TriggerReader
{
    private const string Example = "{ \"alert\": { \"rule\": \"grading-model-*\" }, \"inputs\": { … } }";

    public static ImmutableArray<DraftTrigger> Read(Node node, ImmutableArray<InputDeclaration> inputs, Scope scope) =>
        [.. node.AsList($"[ {Example} ]", emptyAllowed: true).Select(item => ReadOne(item, inputs, scope)).OfType<DraftTrigger>()];

    private static DraftTrigger? ReadOne(Node node, ImmutableArray<InputDeclaration> inputs, Scope scope)
    {
        if (Fields.Of(node, Example) is not { } fields)
            return null;
        var facts = new StepFacts(node, scope);
        var (alert, letters, schedule) = (fields.Optional("alert"), fields.Optional("deadLetters"), fields.Optional("schedule"));
        var values = fields.Optional("inputs") is { } given ? ReadInputs(given, inputs, facts) : [];
        foreach (var missing in inputs.Where(input => input.Required && values.All(value => value.Name != input.Name)))
            (node.Property("inputs") ?? node).Error(ErrorCodes.TriggerMissesInput, $"The input '{missing.Name}' is required and this trigger does not give it.", $"Add \"{missing.Name}\" to its inputs.");
        Trigger? trigger = (alert, letters, schedule) switch
        {
            ({ } pattern, null, null) => ReadAlert(pattern, values),
            (null, { } queue, null) => ReadDeadLetters(queue, values),
            (null, null, { } cron) => new Trigger.OnSchedule(ReadCron(cron), fields.Optional("drill")?.AsBoolean() ?? false) { Inputs = values },
            _ => null,
        };
        if (new[] { alert, letters, schedule }.Count(kind => kind is not null) != 1)
            node.Error(ErrorCodes.BadTrigger, "A trigger is exactly one of alert, deadLetters and schedule.", $"Write for example {Example}.");
        fields.RefuseOthers();
        return trigger is null ? null : new DraftTrigger(trigger, facts);
    }

    private static Trigger.OnAlert? ReadAlert(Node node, ImmutableArray<TemplateField> values)
    {
        if (Fields.Of(node, "{ \"rule\": \"grading-model-*\", \"severity\": [\"Sev0\"] }") is not { } fields)
            return null;
        var custom = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (fields.Optional("customProperties") is { } properties && properties.Is(JsonValueKind.Object, "{ \"team\": \"ml\" }"))
        {
            foreach (var (name, value) in properties.Properties())
            {
                if (value.AsText(256) is { } pattern)
                    custom[name] = pattern;
            }
        }
        var alert = new Trigger.OnAlert(fields.Optional("rule")?.AsText(256), fields.Optional("severity") is { } severity ? ReadSeverities(severity) : [],
            fields.Optional("service")?.AsText(256), fields.Optional("target")?.AsText(2_048), custom.ToImmutable()) { Inputs = values };
        fields.RefuseOthers();
        return alert;
    }

    /// <summary>Both fields are required: how many letters are trouble differs from queue to queue, so no default would be right.</summary>
    private static Trigger.OnDeadLetters? ReadDeadLetters(Node node, ImmutableArray<TemplateField> values)
    {
        if (Fields.Of(node, "{ \"queue\": \"grading-jobs\", \"atLeast\": 10 }") is not { } fields)
            return null;
        var queue = fields.Required("queue", "\"grading-jobs\"")?.AsSlug();
        var atLeast = fields.Required("atLeast", "10")?.AsInteger(1, Limits.DeadLettersAtLeastMax);
        fields.RefuseOthers();
        return queue is null || atLeast is null ? null : new Trigger.OnDeadLetters(queue, atLeast.Value) { Inputs = values };
    }

    private static ImmutableArray<string> ReadSeverities(Node node) => node.Kind == JsonValueKind.String
        ? node.AsText(64) is { } one ? [one] : []
        : [.. node.AsList("[\"Sev0\", \"Sev1\"]").Select(item => item.AsText(64)).OfType<string>()];

    private static string ReadCron(Node node)
    {
        if (node.AsText(256) is not { } cron)
            return "";
        if (CronSyntax.Problem(cron) is { } problem)
            node.Error(ErrorCodes.BadCron, $"{node.Shown} is no cron expression. {problem}", "Write minute, hour, day of month, month, day of week (UTC), for example \"0 4 * * 2\".");
        return cron;
    }

    private static ImmutableArray<TemplateField> ReadInputs(Node node, ImmutableArray<InputDeclaration> declared, StepFacts facts)
    {
        if (!node.Is(JsonValueKind.Object, "{ \"model\": \"grading\" }"))
            return [];
        var values = ImmutableArray.CreateBuilder<TemplateField>();
        foreach (var (name, value) in node.Properties())
        {
            var template = TemplateReader.ReadJson(value, facts);
            values.Add(new TemplateField(name, template));
            if (declared.FirstOrDefault(input => input.Name == name) is not { } input)
                value.ErrorAtName(ErrorCodes.UndeclaredInput, $"The playbook declares no input '{Fields.Short(name)}'.",
                    NearestName.Advice(name, [.. declared.Select(known => known.Name)], "Declare it under inputs, or remove it."));
            else if (template is JsonTemplate.Literal literal && RunInputs.Problem(input, literal.Value) is { } problem)
                value.Error(ErrorCodes.BadInput, problem, "Correct the value.");
        }
        return values.DrainToImmutable();
    }
}
