using System.Collections.Immutable;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions;

/// <summary>JSON whose strings may hold <c>${ … }</c>, at any depth.</summary>
public abstract record JsonTemplate
{
    private JsonTemplate() { }

    public sealed record Literal(JsonData Value) : JsonTemplate;
    public sealed record Text(Template Template) : JsonTemplate;
    public sealed record Object(ImmutableArray<TemplateField> Fields) : JsonTemplate;
    public sealed record Array(ImmutableArray<JsonTemplate> Items) : JsonTemplate;

    /// <summary>The value for this scope, or the first error.</summary>
    public EvaluationResult Resolve(JsonData scope)
    {
        switch (this)
        {
            case Literal literal:
                return EvaluationResult.Of(literal.Value);
            case Text text:
                return text.Template.Evaluate(scope);
            case Object node:
                return ResolveFields(node.Fields, scope);
            case Array node:
                var items = new List<JsonData>(node.Items.Length);
                foreach (var item in node.Items)
                {
                    var resolved = item.Resolve(scope);
                    if (resolved.Error is not null)
                        return resolved;
                    items.Add(resolved.Value!);
                }
                return EvaluationResult.Of(JsonData.Array(items));
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    /// <summary>The object that these fields make in this scope, or the first error.</summary>
    public static EvaluationResult ResolveFields(ImmutableArray<TemplateField> fields, JsonData scope)
    {
        var values = new List<(string, JsonData)>(fields.Length);
        foreach (var field in fields)
        {
            var resolved = field.Value.Resolve(scope);
            if (resolved.Error is not null)
                return resolved;
            values.Add((field.Name, resolved.Value!));
        }
        return EvaluationResult.Of(JsonData.Object([.. values]));
    }

    /// <summary>The object that these fields make in every scope; null where one of them reads something.</summary>
    public static JsonData? ConstantOf(ImmutableArray<TemplateField> fields) =>
        fields.All(field => field.Value is Literal) ? JsonData.Object(fields.Select(field => KeyValuePair.Create(field.Name, ((Literal)field.Value).Value))) : null;

    /// <summary>Every template inside, for static checks.</summary>
    public IEnumerable<Template> Templates() => this switch
    {
        Text text => [text.Template],
        Object node => node.Fields.SelectMany(field => field.Value.Templates()),
        Array node => node.Items.SelectMany(item => item.Templates()),
        _ => [],
    };
}
