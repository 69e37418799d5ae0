using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions;

/// <summary>What became of the inputs that a start gives.</summary>
public abstract record RunInputs
{
    private RunInputs() { }

    /// <summary>Every declared input has a value.</summary>
    public sealed record Accepted(JsonData Values) : RunInputs;

    /// <summary>Nothing may start with these.</summary>
    public sealed record Refused(ImmutableArray<string> Reasons) : RunInputs;

    /// <summary>Checks what is given against what is declared, and adds the defaults.</summary>
    /// <param name="given">An object; anything else gives nothing.</param>
    public static RunInputs Of(ImmutableArray<InputDeclaration> declared, JsonData given)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, _) in given.Properties)
        {
            var names = declared.Select(input => input.Name).ToArray();
            if (!names.Contains(name))
                reasons.Add($"The playbook takes no input '{name}'. {NearestName.Advice(name, names, "Remove it.")}");
        }
        var values = new List<(string, JsonData)>();
        foreach (var input in declared)
        {
            if (given[input.Name] is not { IsNull: false } value)
            {
                if (input.Default is { } otherwise)
                    values.Add((input.Name, otherwise));
                else
                    reasons.Add($"The input '{input.Name}' is missing.");
            }
            else if (Problem(input, value) is { } problem)
                reasons.Add(problem);
            else
                values.Add((input.Name, value));
        }
        return reasons.Count == 0 ? new Accepted(JsonData.Object([.. values])) : new Refused(reasons.DrainToImmutable());
    }

    /// <summary>That inputs and alert are too large together; null when they fit.</summary>
    public static string? SizeProblem(JsonData inputs, JsonData? alert)
    {
        var bytes = inputs.SizeBytes + (alert?.SizeBytes ?? 0);
        return bytes <= Limits.InputsAndAlertMaxBytes ? null
            : $"Inputs and alert have {bytes} bytes together; at most {Limits.InputsAndAlertMaxBytes} are taken. Keep what is larger in a blob and pass its name.";
    }

    /// <summary>What is wrong with a value for this input; null when it fits.</summary>
    public static string? Problem(InputDeclaration input, JsonData value)
    {
        if (!HasType(value, input.Type))
            return $"The input '{input.Name}' must be of type {input.Type}.";
        if (!input.Enum.IsEmpty && !input.Enum.Contains(value))
            return $"The input '{input.Name}' must be one of {string.Join(", ", input.Enum.Select(allowed => allowed.Text))}.";
        // Without backtracking, because the text comes from an alert; anchored, because the whole string must match.
        if (input.Pattern is { } pattern && !Regex.IsMatch(value.AsString() ?? "", $@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))
            return $"The input '{input.Name}' must match {pattern}.";
        return null;
    }

    private static bool HasType(JsonData value, string type) => type switch
    {
        "string" => value.Kind == JsonValueKind.String,
        "integer" => value.AsInt64() is not null,
        "number" => value.Kind == JsonValueKind.Number,
        "boolean" => value.AsBoolean() is not null,
        "array" => value.Kind == JsonValueKind.Array,
        "object" => value.Kind == JsonValueKind.Object,
        _ => false,
    };
}
