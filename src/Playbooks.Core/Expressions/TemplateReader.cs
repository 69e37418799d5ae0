using System.Collections.Immutable;
using System.Text;

namespace Playbooks.Core.Expressions;

/// <summary>Cuts a template into literal text and expressions.</summary>
internal static class TemplateReader
{
    private const string Opening = "${";
    private const string EscapedOpening = "$${";

    public static TemplateResult Read(string text)
    {
        var parts = ImmutableArray.CreateBuilder<TemplatePart>();
        var errors = ImmutableArray.CreateBuilder<ExpressionError>();
        var literal = new StringBuilder();
        var position = 0;
        while (position < text.Length)
        {
            var rest = text.AsSpan(position);
            if (rest.StartsWith(EscapedOpening, StringComparison.Ordinal))
            {
                literal.Append(Opening);
                position += EscapedOpening.Length;
            }
            else if (rest.StartsWith(Opening, StringComparison.Ordinal))
            {
                FlushLiteral();
                var start = position + Opening.Length;
                if (ClosingBrace(text, start) is { } end)
                {
                    ReadExpression(start, end);
                    position = end + 1;
                }
                else
                {
                    errors.Add(new ExpressionError(ExpressionErrorKind.Syntax, position, "The ${ is never closed.", "Add the closing }, or write $${ for a literal ${."));
                    position = text.Length;
                }
            }
            else
            {
                literal.Append(text[position]);
                position++;
            }
        }
        FlushLiteral();
        return errors.Count > 0 ? new TemplateResult(null, errors.ToImmutable()) : new TemplateResult(new Template(text, parts.ToImmutable()), []);

        void ReadExpression(int start, int end)
        {
            var (expression, error) = Expression.Parse(text[start..end]);
            if (expression is not null)
                parts.Add(new TemplatePart.Embedded(expression, start));
            else
                errors.Add(error! with { Offset = error.Offset + start });
        }

        void FlushLiteral()
        {
            if (literal.Length > 0)
                parts.Add(new TemplatePart.Literal(literal.ToString()));
            literal.Clear();
        }
    }

    /// <summary>The brace that closes the expression: not one of a {…} inside it, nor one inside quotes.</summary>
    private static int? ClosingBrace(string text, int start)
    {
        var open = 0;
        char? quote = null;
        for (var i = start; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' when quote is not null:
                    i++;
                    break;
                case '\'' or '"' or '`' when quote is null:
                    quote = text[i];
                    break;
                case var character when character == quote:
                    quote = null;
                    break;
                case '{' when quote is null:
                    open++;
                    break;
                case '}' when quote is null && open == 0:
                    return i;
                case '}' when quote is null:
                    open--;
                    break;
                default:
                    break;
            }
        }
        return null;
    }
}
