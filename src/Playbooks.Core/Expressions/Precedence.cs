namespace Playbooks.Core.Expressions;

/// <summary>How tightly each operator binds to what stands left of it; a larger number binds tighter. Fixed by the JMESPath standard.</summary>
internal static class Precedence
{
    public const int Lowest = 0;
    public const int Pipe = 1;
    public const int Or = 2;
    public const int And = 3;
    public const int Comparison = 5;
    public const int Flatten = 9;

    /// <summary>What binds looser than this ends a projection's body: <c>a[*].b | c</c> sees the whole list in <c>c</c>.</summary>
    public const int EndsProjection = 10;

    public const int Star = 20;
    public const int Filter = 21;
    public const int Dot = 40;
    public const int Not = 45;
    public const int Bracket = 55;
    public const int Call = 60;

    public static int Of(TokenKind kind) => kind switch
    {
        TokenKind.Pipe => Pipe,
        TokenKind.Or => Or,
        TokenKind.And => And,
        TokenKind.Comparison => Comparison,
        TokenKind.Flatten => Flatten,
        TokenKind.Star => Star,
        TokenKind.OpenFilter => Filter,
        TokenKind.Dot => Dot,
        // Neither continues an expression; the power makes the loop take them and name the mistake.
        TokenKind.Not or TokenKind.OpenBrace => Bracket,
        TokenKind.OpenBracket => Bracket,
        TokenKind.OpenParenthesis => Call,
        _ => Lowest,
    };
}
