using System.Collections.Immutable;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions;

/// <summary>
/// Tells whether two steps mean the same model, by what was written. Inside an inlined playbook an input stands for the value that
/// the inlining step gives it.
/// </summary>
internal static class ModelText
{
    private const string Name = "model";

    /// <param name="around">The blocks around the step, innermost first.</param>
    /// <returns>Equal texts mean the same model; empty when the step names none.</returns>
    public static string Of(Step.Do step, IEnumerable<Step> around)
    {
        var value = Field(step.With, Name);
        foreach (var inline in around.OfType<Step.Inline>())
        {
            if (value is not null && InputNamed(value) is { } input)
                value = Field(inline.With, input) ?? value;
        }
        return value switch
        {
            null => "",
            JsonTemplate.Literal literal => literal.Value.Text,
            JsonTemplate.Text { Template.Parts: [TemplatePart.Embedded alone] } => "${" + alone.Expression.Text.Trim() + "}",
            JsonTemplate.Text text => text.Template.Text,
            _ => value.ToString(),
        };
    }

    /// <summary>The model's name where it is written plainly; null where it comes from an expression.</summary>
    public static string? Literal(Step.Do step) => (Field(step.With, Name) as JsonTemplate.Literal)?.Value.AsString();

    private static JsonTemplate? Field(ImmutableArray<TemplateField> fields, string name) => fields.FirstOrDefault(field => field.Name == name)?.Value;

    private static string? InputNamed(JsonTemplate value) =>
        value is JsonTemplate.Text { Template.Parts: [TemplatePart.Embedded { Expression: var expression }] }
        && expression.References() is [{ Path: ["inputs", var name] }] && expression.Text.Trim() == $"inputs.{name}" ? name : null;
}
