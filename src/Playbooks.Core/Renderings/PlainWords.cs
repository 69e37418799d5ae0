using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Renderings;

/// <summary>Values, times and lists as people say them.</summary>
internal static partial class PlainWords
{
    /// <summary>What an action does, with the inputs that a step gives it.</summary>
    public static string Does(ActionDeclaration action, ImmutableArray<TemplateField> with) => Fill(action.Words!.Does, with);

    /// <summary>What a person does instead, in order.</summary>
    public static IEnumerable<string> ByHand(ActionDeclaration action, ImmutableArray<TemplateField> with) =>
        action.Words!.ByHand.Select(words => Fill(words, with));

    public static string Of(JsonTemplate value) => value switch
    {
        JsonTemplate.Literal { Value: { Kind: JsonValueKind.String } text } => IsoDuration.Parse(text.AsString()!) is { } time && text.AsString()!.StartsWith('P') ? Of(time) : text.AsString()!,
        JsonTemplate.Literal { Value: { Kind: JsonValueKind.Array } list } => string.Join(", ", list.Elements.Select(item => item.AsString() ?? item.Text)),
        JsonTemplate.Literal literal => literal.Value.Text,
        JsonTemplate.Text text => Of(text.Template),
        JsonTemplate.Array list => string.Join(", ", list.Items.Select(Of)),
        JsonTemplate.Object map => string.Join(", ", map.Fields.Select(field => $"{field.Name}: {Of(field.Value)}")),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    public static string Of(Template template) => string.Concat(template.Parts.Select(part => part switch
    {
        TemplatePart.Literal literal => literal.Text,
        TemplatePart.Embedded embedded => Of(embedded.Expression),
        _ => throw new System.Diagnostics.UnreachableException(),
    }));

    /// <summary>A value by where it comes from. What is more than a path is shown as written.</summary>
    public static string Of(Expression expression)
    {
        var text = expression.Text.Trim();
        return text.Split('.') switch
        {
            _ when !Path().IsMatch(text) => $"«{text}»",
            ["inputs", var name] => $"‹{name}›",
            ["steps", var step, "output", var name] => $"‹{name} from {step}›",
            ["steps", var step, "output"] => $"‹result of {step}›",
            ["steps", var step, "status"] => $"‹status of {step}›",
            ["run", "detectedAt"] => "‹time of detection›",
            ["run", "startedAt"] => "‹time of start›",
            ["run", "occurredAt"] => "‹time of the incident›",
            ["run", "deadline"] => "‹end of the RTO›",
            ["run", "id"] => "‹id of the run›",
            ["item"] => "‹item›",
            ["index"] => "‹number of the round›",
            _ => $"«{text}»",
        };
    }

    /// <summary>For example <c>1 h 30 min</c>.</summary>
    public static string Of(TimeSpan time)
    {
        if (time == TimeSpan.MaxValue)
            return "longer than can be said";
        var parts = new[] { (time.Days, "d"), (time.Hours, "h"), (time.Minutes, "min") }.Where(part => part.Item1 > 0)
            .Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Item1} {part.Item2}")).ToList();
        var seconds = time.Seconds + time.Milliseconds / 1000m;
        if (seconds > 0 || parts.Count == 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###} s"));
        return string.Join(' ', parts);
    }

    /// <summary>On one line and without control characters: a playbook's words end up in terminals and on paper.</summary>
    public static string Flat(string text) => Printable.Line(text);

    public static string List(IEnumerable<string> words) => words.ToArray() switch
    {
        [] => "",
        [var one] => one,
        [.. var first, var last] => $"{string.Join(", ", first)} and {last}",
    };

    /// <summary>What is not known from what is written, such as the outcome of the step before, stays in ‹ › for the reader to put in.</summary>
    private static string Fill(string words, ImmutableArray<TemplateField> with) => Placeholder().Replace(words, hole =>
    {
        var given = with.FirstOrDefault(field => field.Name == hole.Groups["name"].Value);
        return given is not null ? Of(given.Value) : hole.Groups["else"].Value;
    });

    [GeneratedRegex(@"\{(?<name>[a-zA-Z]+)(\|(?<else>[^{}]*))?\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*\z")]
    private static partial Regex Path();
}
