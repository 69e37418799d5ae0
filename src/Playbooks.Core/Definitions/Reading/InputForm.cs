using System.Globalization;
using System.Text.Json;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Whether a written value can be what an action declares. An expression's value is known only later.</summary>
internal static class InputForm
{
    public static void Check(Node node, JsonTemplate template, ValueDeclaration declared)
    {
        var problem = template switch
        {
            JsonTemplate.Literal literal => Problem(literal.Value, declared),
            JsonTemplate.Text { Template.Parts: [TemplatePart.Embedded] } => null,
            JsonTemplate.Text => declared.Type is ValueType.String or ValueType.Duration or ValueType.Instant or ValueType.Any ? null : Needed(declared),
            JsonTemplate.Array => declared.Type is ValueType.Array or ValueType.Any ? null : Needed(declared),
            _ => declared.Type is ValueType.Object or ValueType.Any ? null : Needed(declared),
        };
        if (problem is not null)
            node.Error(ErrorCodes.WrongInput, $"{node.Shown} cannot be '{declared.Name}'.", problem);
        else if (declared.IsExpression && template is JsonTemplate.Literal && Expression.Parse(node.Text!).Error is { } error)
            node.ErrorInside(error.Offset, ErrorCodes.BadExpression, error.Message, error.Remedy);
    }

    /// <summary>How to mend a value that does not fit; null when it fits.</summary>
    public static string? Problem(JsonData value, ValueDeclaration declared)
    {
        if (!HasType(value, declared.Type))
            return Needed(declared);
        if (!declared.Words.IsEmpty && !declared.Words.Contains(value.AsString() ?? ""))
            return NearestName.Advice(value.AsString() ?? "", declared.Words, $"Write one of {string.Join(", ", declared.Words)}.");
        if (value.Kind == JsonValueKind.Number && (value.AsDecimal() < declared.Minimum || value.AsDecimal() > declared.Maximum || value.AsDecimal() is null))
            return string.Create(CultureInfo.InvariantCulture, $"Write a number from {declared.Minimum} to {declared.Maximum}.");
        return null;
    }

    private static bool HasType(JsonData value, ValueType type) => type switch
    {
        ValueType.String => !string.IsNullOrWhiteSpace(value.AsString()),
        ValueType.Integer => value.AsInt64() is not null,
        ValueType.Number => value.Kind == JsonValueKind.Number,
        ValueType.Boolean => value.AsBoolean() is not null,
        ValueType.Array => value.Kind == JsonValueKind.Array,
        ValueType.Object => value.Kind == JsonValueKind.Object,
        ValueType.Duration => value.AsString() is { } text && IsoDuration.Parse(text) > TimeSpan.Zero,
        ValueType.Instant => value.AsString() is { } text && IsInstant(text),
        ValueType.Any => true,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static bool IsInstant(string text) =>
        text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _);

    private static string Needed(ValueDeclaration declared) => declared.Type switch
    {
        ValueType.String => "Write a string.",
        ValueType.Integer => "Write a whole number.",
        ValueType.Number => "Write a number.",
        ValueType.Boolean => "Write true or false.",
        ValueType.Array => "Write an array.",
        ValueType.Object => "Write an object.",
        ValueType.Duration => "Write a duration, for example \"PT2M\".",
        ValueType.Instant => "Write an instant, for example \"2026-03-01T04:00:00Z\".",
        _ => "Write any JSON.",
    };
}
