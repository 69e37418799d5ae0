using System.Text.Json;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Reads values that may hold <c>${ … }</c>, and notes what they refer to.</summary>
internal static class TemplateReader
{
    private const string Open = "${";

    public static bool HoldsExpression(string text) => text.Contains(Open, StringComparison.Ordinal);

    /// <summary>Any JSON; strings may be templates.</summary>
    public static JsonTemplate ReadJson(Node node, StepFacts facts, UseAt at = UseAt.Start)
    {
        switch (node.Kind)
        {
            case JsonValueKind.String when HoldsExpression(node.Text!):
                return ReadTemplate(node, facts, at) is { } template ? new JsonTemplate.Text(template) : new JsonTemplate.Literal(node.Value);
            case JsonValueKind.Array:
                var items = node.Elements().Select(item => ReadJson(item, facts, at)).ToArray();
                return items.All(item => item is JsonTemplate.Literal) ? new JsonTemplate.Literal(node.Value) : new JsonTemplate.Array([.. items]);
            case JsonValueKind.Object:
                var fields = node.Properties().Select(field => new TemplateField(field.Name, ReadJson(field.Value, facts, at))).ToArray();
                return fields.All(field => field.Value is JsonTemplate.Literal) ? new JsonTemplate.Literal(node.Value) : new JsonTemplate.Object([.. fields]);
            default:
                return new JsonTemplate.Literal(node.Value);
        }
    }

    /// <summary>A text with or without expressions; null after an error.</summary>
    public static Template? ReadText(Node node, StepFacts facts) => node.AsText() is null ? null : ReadTemplate(node, facts, UseAt.Start);

    /// <summary>A single expression, written <c>${ … }</c>; null after an error.</summary>
    public static Expression? ReadExpression(Node node, StepFacts facts, UseAt at = UseAt.Start)
    {
        if (!node.Is(JsonValueKind.String, "\"${ inputs.model == 'grading' }\""))
            return null;
        var text = node.Text!;
        var trimmed = text.TrimEnd();
        var start = text.Length - text.TrimStart().Length;
        if (!text.AsSpan(start).StartsWith(Open) || !trimmed.EndsWith('}'))
        {
            node.Error(ErrorCodes.BadExpression, "An expression is needed here.", "Write it as \"${ … }\", for example \"${ steps.check.status == 'succeeded' }\".");
            facts.Broken = true;
            return null;
        }
        var from = start + Open.Length;
        var parsed = Expression.Parse(trimmed[from..^1]);
        if (parsed.Error is { } error)
        {
            Report(node, from, error);
            facts.Broken = true;
            return null;
        }
        facts.Uses.Add(new Use(node, from, parsed.Expression!.References(), at));
        return parsed.Expression;
    }

    private static Template? ReadTemplate(Node node, StepFacts facts, UseAt at)
    {
        var parsed = Template.Parse(node.Text!);
        foreach (var error in parsed.Errors)
            Report(node, 0, error);
        if (parsed.Template is null)
            facts.Broken = true;
        else
            facts.Uses.Add(new Use(node, 0, parsed.Template.References(), at));
        return parsed.Template;
    }

    private static void Report(Node node, int from, ExpressionError error) => node.ErrorInside(from + error.Offset,
        error.Kind == ExpressionErrorKind.OverBudget ? ErrorCodes.ExpressionTooLong : ErrorCodes.BadExpression, error.Message, error.Remedy);
}
