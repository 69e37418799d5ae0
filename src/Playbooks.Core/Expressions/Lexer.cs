using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

/// <summary>Cuts an expression into words.</summary>
internal sealed class Lexer(string text)
{
    private static readonly StrictJsonLimits LiteralLimits = new(Expression.MaxTextBytes * 2);

    private readonly ImmutableArray<Token>.Builder tokens = ImmutableArray.CreateBuilder<Token>();
    private int position;
    private ExpressionError? error;

    public static (ImmutableArray<Token> Tokens, ExpressionError? Error) Read(string text)
    {
        var lexer = new Lexer(text);
        while (lexer.error is null && lexer.position < text.Length)
            lexer.ReadNext();
        lexer.tokens.Add(new Token(TokenKind.End, text.Length, "the end"));
        return (lexer.tokens.ToImmutable(), lexer.error);
    }

    private void ReadNext()
    {
        var character = text[position];
        switch (character)
        {
            case ' ' or '\t' or '\n' or '\r':
                position++;
                break;
            case >= '0' and <= '9':
            case '-' when Peek(1) is >= '0' and <= '9':
                ReadNumber();
                break;
            case '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                var name = text[position..End(c => c == '_' || char.IsAsciiLetterOrDigit(c))];
                Add(TokenKind.Name, name);
                break;
            case '"':
                ReadQuotedName();
                break;
            case '\'':
                ReadRawText();
                break;
            case '`':
                ReadJsonLiteral();
                break;
            default:
                ReadSymbol();
                break;
        }
    }

    private void ReadSymbol()
    {
        switch (text[position], Peek(1))
        {
            case ('[', '?'): Add(TokenKind.OpenFilter, "[?"); break;
            case ('[', ']'): Add(TokenKind.Flatten, "[]"); break;
            case ('|', '|'): Add(TokenKind.Or, "||"); break;
            case ('&', '&'): Add(TokenKind.And, "&&"); break;
            case ('=', '='): AddComparison("==", Comparator.Equal); break;
            case ('!', '='): AddComparison("!=", Comparator.NotEqual); break;
            case ('<', '='): AddComparison("<=", Comparator.LessOrEqual); break;
            case ('>', '='): AddComparison(">=", Comparator.GreaterOrEqual); break;
            case ('<', _): AddComparison("<", Comparator.Less); break;
            case ('>', _): AddComparison(">", Comparator.Greater); break;
            case ('[', _): Add(TokenKind.OpenBracket, "["); break;
            case (']', _): Add(TokenKind.CloseBracket, "]"); break;
            case ('(', _): Add(TokenKind.OpenParenthesis, "("); break;
            case (')', _): Add(TokenKind.CloseParenthesis, ")"); break;
            case ('{', _): Add(TokenKind.OpenBrace, "{"); break;
            case ('}', _): Add(TokenKind.CloseBrace, "}"); break;
            case ('|', _): Add(TokenKind.Pipe, "|"); break;
            case ('&', _): Add(TokenKind.Ampersand, "&"); break;
            case ('!', _): Add(TokenKind.Not, "!"); break;
            case ('@', _): Add(TokenKind.Current, "@"); break;
            case ('*', _): Add(TokenKind.Star, "*"); break;
            case ('.', _): Add(TokenKind.Dot, "."); break;
            case (',', _): Add(TokenKind.Comma, ","); break;
            case (':', _): Add(TokenKind.Colon, ":"); break;
            case ('=', _): Fail(position, "A single = compares nothing.", "Write ==."); break;
            case ('-', _): Fail(position, "JMESPath has no minus.", "If the hyphen belongs to a name, put the name in double quotes."); break;
            case ('$', _): Fail(position, "JMESPath has no $.", "Names start at the root by themselves; @ is the current value."); break;
            default: Fail(position, $"'{CharacterHere()}' means nothing here.", "Text stands in single quotes, a name with odd characters in double quotes."); break;
        }
    }

    private void ReadNumber()
    {
        var start = position;
        position++;
        var digits = text[start..End(char.IsAsciiDigit)];
        // No array has a position that a long cannot hold: the nearest one means the same.
        var number = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var parsed) ? parsed
            : digits[0] == '-' ? long.MinValue : long.MaxValue;
        tokens.Add(new Token(TokenKind.Number, start, digits, Number: number));
        position = start + digits.Length;
    }

    private void ReadQuotedName()
    {
        var start = position;
        if (ReadQuoted('"', unescape: false) is not { } content)
            return;
        if (StrictJson.Read($"\"{content}\"", LiteralLimits) is StrictJsonResult.Accepted { Value: var name })
            tokens.Add(new Token(TokenKind.QuotedName, start, name.AsString()!));
        else
            Fail(start, "The name in double quotes is not a JSON string.", "Escape as JSON does: \\\" \\\\ \\n \\u00e9.");
    }

    private void ReadJsonLiteral()
    {
        var start = position;
        if (ReadQuoted('`', unescape: true) is not { } content)
            return;
        if (StrictJson.Read(content, LiteralLimits) is StrictJsonResult.Accepted { Value: var value })
            tokens.Add(new Token(TokenKind.Literal, start, text[start..position], value));
        else
            Fail(start, "What stands between the backticks is not JSON.", "Write `\"text\"`, `1`, `true` or `null`; plain text may stand in single quotes.");
    }

    private void ReadRawText()
    {
        var start = position;
        if (ReadQuoted('\'', unescape: true) is not { } content)
            return;
        if (JsonText.FirstLoneSurrogate(content) is null)
            tokens.Add(new Token(TokenKind.Literal, start, text[start..position], JsonData.Of(content)));
        else
            Fail(start, "The text holds half of a surrogate pair.", "Write the whole character.");
    }

    /// <summary>The text up to the closing quote; with <paramref name="unescape"/> only <c>\quote</c> is resolved, as the standard wants.</summary>
    private string? ReadQuoted(char quote, bool unescape)
    {
        var start = position;
        var content = new StringBuilder();
        for (position++; position < text.Length; position++)
        {
            var character = text[position];
            if (character == quote)
            {
                position++;
                return content.ToString();
            }
            if (character == '\\' && position + 1 < text.Length)
            {
                position++;
                if (!unescape || text[position] != quote)
                    content.Append('\\');
            }
            content.Append(text[position]);
        }
        Fail(start, $"The {quote} is never closed.", $"Add the closing {quote}.");
        return null;
    }

    private int End(Func<char, bool> belongs)
    {
        var end = position;
        while (end < text.Length && belongs(text[end]))
            end++;
        return end;
    }

    private char Peek(int ahead) => position + ahead < text.Length ? text[position + ahead] : '\0';

    private string CharacterHere() => Rune.TryGetRuneAt(text, position, out var rune) ? rune.ToString() : "\uFFFD";

    private void Add(TokenKind kind, string word)
    {
        tokens.Add(new Token(kind, position, word));
        position += word.Length;
    }

    private void AddComparison(string word, Comparator comparator)
    {
        tokens.Add(new Token(TokenKind.Comparison, position, word, Comparator: comparator));
        position += word.Length;
    }

    private void Fail(int offset, string message, string remedy) =>
        error = new ExpressionError(ExpressionErrorKind.Syntax, offset, message, remedy);
}
