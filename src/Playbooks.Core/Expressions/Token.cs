using Playbooks.Core.Json;

namespace Playbooks.Core.Expressions;

internal enum TokenKind
{
    End,
    Name,
    QuotedName,
    Literal,
    Number,
    Current,
    Star,
    Dot,
    Comma,
    Colon,
    OpenParenthesis,
    CloseParenthesis,
    OpenBrace,
    CloseBrace,
    OpenBracket,
    CloseBracket,
    OpenFilter,
    Flatten,
    Pipe,
    Or,
    And,
    Not,
    Ampersand,
    Comparison,
}

/// <summary>One word of an expression.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Text">As written; for a name, the name itself.</param>
/// <param name="Value">Of a literal.</param>
/// <param name="Number">Of a number.</param>
/// <param name="Comparator">Of a comparison.</param>
internal readonly record struct Token(
    TokenKind Kind, int Offset, string Text, JsonData? Value = null, long Number = 0, Comparator Comparator = Comparator.Equal);
