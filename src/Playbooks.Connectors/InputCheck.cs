using System.Text.Json;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using ValueType = Playbooks.Core.Definitions.ValueType;

namespace Playbooks.Connectors;

/// <summary>Resolved inputs against their declaration: what an expression yields is known only now.</summary>
internal static class InputCheck
{
    public static string? FirstError(ActionDeclaration action, JsonData inputs) =>
        action.Inputs.Select(declared => Error(action, declared, inputs[declared.Name])).FirstOrDefault(error => error is not null);

    private static string? Error(ActionDeclaration action, ValueDeclaration declared, JsonData? value)
    {
        if (value is null || value.IsNull)
            return declared.Required ? $"{action.Name} needs a value for {declared.Name}; it is {(value is null ? "missing" : "null")}." : null;
        if (!IsOfKind(declared.Type, value))
            return $"{declared.Name} of {action.Name} must be of type {declared.Type}; it is {value.Kind}.";
        if (declared.Words.Length > 0 && !declared.Words.Contains(value.AsString() ?? ""))
            return $"{declared.Name} of {action.Name} must be one of {string.Join(", ", declared.Words)}.";
        if (value.AsDecimal() is { } number && (number < declared.Minimum || number > declared.Maximum))
            return $"{declared.Name} of {action.Name} must be between {declared.Minimum} and {declared.Maximum}; it is {number}.";
        return null;
    }

    private static bool IsOfKind(ValueType type, JsonData value) => type switch
    {
        ValueType.String or ValueType.Duration or ValueType.Instant => value.Kind == JsonValueKind.String,
        ValueType.Integer => value.AsInt64() is not null,
        ValueType.Number => value.Kind == JsonValueKind.Number,
        ValueType.Boolean => value.AsBoolean() is not null,
        ValueType.Array => value.Kind == JsonValueKind.Array,
        ValueType.Object => value.Kind == JsonValueKind.Object,
        ValueType.Any => true,
        _ => throw new System.Diagnostics.UnreachableException(type.ToString()),
    };
}
