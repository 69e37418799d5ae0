using System.Collections.Immutable;

namespace Playbooks.Core.Expressions;

/// <summary>
/// Operator-precedence parser of the JMESPath grammar. A method that returns null has set <see cref="error"/>.
/// Recursion is bounded by <see cref="Expression.MaxDepthLevels"/>.
/// </summary>
internal sealed class Parser(ImmutableArray<Token> tokens)
{
    private int position;
    private int nesting;
    private ExpressionError? error;

    private Token Here => tokens[position];

    private Token Next => tokens[int.Min(position + 1, tokens.Length - 1)];

    public static (ExpressionNode? Root, ExpressionError? Error) Parse(ImmutableArray<Token> tokens)
    {
        var parser = new Parser(tokens);
        var root = parser.ParseExpression(Precedence.Lowest);
        if (root is not null && parser.Here.Kind != TokenKind.End)
            root = parser.Unexpected("an operator or the end");
        return parser.error is null ? (root, null) : (null, parser.error);
    }

    private ExpressionNode? ParseExpression(int bindingPower)
    {
        if (++nesting > Expression.MaxDepthLevels)
            return TooDeep();
        var left = ParseStart();
        while (left is not null && bindingPower < Precedence.Of(Here.Kind))
        {
            left = ParseContinuation(left);
            if (left?.Depth > Expression.MaxDepthLevels)
                return TooDeep();
        }
        nesting--;
        return left;
    }

    private ExpressionNode? ParseStart()
    {
        var token = Take();
        var current = new ExpressionNode.Current(token.Offset);
        switch (token.Kind)
        {
            case TokenKind.Literal:
                return new ExpressionNode.Literal(token.Value!, token.Offset);
            case TokenKind.Name:
                return new ExpressionNode.Field(token.Text, token.Offset);
            case TokenKind.QuotedName when Here.Kind == TokenKind.OpenParenthesis:
                return Fail(token.Offset, "A function's name stands without quotes.", $"Write {token.Text}(…).");
            case TokenKind.QuotedName:
                return new ExpressionNode.Field(token.Text, token.Offset);
            case TokenKind.Current:
                return current;
            case TokenKind.Star:
                return ParseProjectionBody(Precedence.Star) is { } starBody ? new ExpressionNode.ObjectProjection(current, starBody, token.Offset) : null;
            case TokenKind.OpenFilter:
                return ParseFilter(current, token.Offset);
            case TokenKind.Flatten:
                return ParseFlatten(current, token.Offset);
            case TokenKind.OpenBrace:
                return ParseMultiSelectHash(token.Offset);
            case TokenKind.OpenParenthesis:
                return ParseExpression(Precedence.Lowest) is { } inner && Expect(TokenKind.CloseParenthesis, ")") ? inner : null;
            case TokenKind.Not:
                return ParseExpression(Precedence.Not) is { } operand ? new ExpressionNode.Not(operand, token.Offset) : null;
            case TokenKind.OpenBracket when Here.Kind is TokenKind.Number or TokenKind.Colon:
                return ParseIndexOrSlice(current, token.Offset);
            case TokenKind.OpenBracket when Here.Kind == TokenKind.Star && Next.Kind == TokenKind.CloseBracket:
                return ParseListProjection(current, token.Offset);
            case TokenKind.OpenBracket:
                return ParseMultiSelectList(token.Offset);
            case TokenKind.Ampersand:
                return Fail(token.Offset, "A reference (&) can only be an argument of a function.", "Remove the &.");
            default:
                return Unexpected(token, "a value");
        }
    }

    private ExpressionNode? ParseContinuation(ExpressionNode left)
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Dot when Here.Kind == TokenKind.Star:
                Take();
                return ParseProjectionBody(Precedence.Dot) is { } body ? new ExpressionNode.ObjectProjection(left, body, left.Offset) : null;
            case TokenKind.Dot:
                return ParseAfterDot(Precedence.Dot) is { } member ? new ExpressionNode.Chain(left, member, left.Offset) : null;
            case TokenKind.Pipe:
                return ParseExpression(Precedence.Pipe) is { } piped ? new ExpressionNode.Chain(left, piped, left.Offset) : null;
            case TokenKind.Or:
                return ParseExpression(Precedence.Or) is { } or ? new ExpressionNode.Or(left, or, left.Offset) : null;
            case TokenKind.And:
                return ParseExpression(Precedence.And) is { } and ? new ExpressionNode.And(left, and, left.Offset) : null;
            case TokenKind.Comparison:
                return ParseExpression(Precedence.Comparison) is { } right
                    ? new ExpressionNode.Comparison(token.Comparator, left, right, left.Offset) : null;
            case TokenKind.OpenFilter:
                return ParseFilter(left, left.Offset);
            case TokenKind.Flatten:
                return ParseFlatten(left, left.Offset);
            case TokenKind.OpenBracket when Here.Kind is TokenKind.Number or TokenKind.Colon:
                return ParseIndexOrSlice(left, left.Offset);
            case TokenKind.OpenBracket when Here.Kind == TokenKind.Star && Next.Kind == TokenKind.CloseBracket:
                return ParseListProjection(left, left.Offset);
            case TokenKind.OpenBracket:
                return Unexpected("a number, a slice or *");
            case TokenKind.OpenParenthesis when left is ExpressionNode.Field { Name: var name }:
                return ParseCall(name, left.Offset);
            default:
                return Unexpected(token, "an operator or the end");
        }
    }

    /// <summary>What a projection does with each item: everything that binds tighter than the projection itself.</summary>
    private ExpressionNode? ParseProjectionBody(int bindingPower)
    {
        switch (Here.Kind)
        {
            case TokenKind.Dot:
                Take();
                return ParseAfterDot(bindingPower);
            case TokenKind.OpenBracket or TokenKind.OpenFilter:
                return ParseExpression(bindingPower);
            case var kind when Precedence.Of(kind) < Precedence.EndsProjection:
                return new ExpressionNode.Current(Here.Offset);
            default:
                return Unexpected("a dot, a bracket or the end");
        }
    }

    private ExpressionNode? ParseAfterDot(int bindingPower)
    {
        switch (Here.Kind)
        {
            case TokenKind.Name or TokenKind.QuotedName or TokenKind.Star:
                return ParseExpression(bindingPower);
            case TokenKind.OpenBracket:
                return ParseMultiSelectList(Take().Offset);
            case TokenKind.OpenBrace:
                return ParseMultiSelectHash(Take().Offset);
            default:
                return Unexpected("a name, *, [ or {");
        }
    }

    private ExpressionNode.FilterProjection? ParseFilter(ExpressionNode target, int offset)
    {
        if (ParseExpression(Precedence.Lowest) is not { } condition || !Expect(TokenKind.CloseBracket, "]"))
            return null;
        return ParseProjectionBody(Precedence.Filter) is { } body ? new ExpressionNode.FilterProjection(target, condition, body, offset) : null;
    }

    private ExpressionNode.ListProjection? ParseFlatten(ExpressionNode target, int offset) =>
        ParseProjectionBody(Precedence.Flatten) is { } body
            ? new ExpressionNode.ListProjection(new ExpressionNode.Flatten(target, offset), body, offset) : null;

    private ExpressionNode.ListProjection? ParseListProjection(ExpressionNode target, int offset)
    {
        Take();
        Take();
        return ParseProjectionBody(Precedence.Star) is { } body ? new ExpressionNode.ListProjection(target, body, offset) : null;
    }

    private ExpressionNode? ParseIndexOrSlice(ExpressionNode target, int offset)
    {
        if (Here.Kind == TokenKind.Number && Next.Kind != TokenKind.Colon)
        {
            var index = Take().Number;
            return Expect(TokenKind.CloseBracket, "]") ? new ExpressionNode.Index(target, index, offset) : null;
        }
        var parts = new long?[3];
        var part = 0;
        var start = Here.Offset;
        while (Here.Kind != TokenKind.CloseBracket)
        {
            if (Here.Kind == TokenKind.Colon && part < parts.Length - 1)
                (part, _) = (part + 1, Take());
            else if (Here.Kind == TokenKind.Number && parts[part] is null)
                parts[part] = Take().Number;
            else
                return Unexpected("a number, a colon or ]");
        }
        Take();
        if (parts[2] == 0)
        {
            error ??= new ExpressionError(ExpressionErrorKind.InvalidValue, start, "A slice cannot step by 0.", "Step by 1 or more, or by -1 to go backward.");
            return null;
        }
        var slice = new ExpressionNode.Slice(target, parts[0], parts[1], parts[2] ?? 1, offset);
        return ParseProjectionBody(Precedence.Star) is { } body ? new ExpressionNode.ListProjection(slice, body, offset) : null;
    }

    private ExpressionNode.MultiSelectList? ParseMultiSelectList(int offset)
    {
        var items = ImmutableArray.CreateBuilder<ExpressionNode>();
        do
        {
            if (ParseExpression(Precedence.Lowest) is not { } item)
                return null;
            items.Add(item);
        }
        while (TakeIf(TokenKind.Comma));
        return Expect(TokenKind.CloseBracket, "]") ? new ExpressionNode.MultiSelectList(items.DrainToImmutable(), offset) : null;
    }

    private ExpressionNode.MultiSelectHash? ParseMultiSelectHash(int offset)
    {
        var entries = ImmutableArray.CreateBuilder<HashEntry>();
        do
        {
            if (Here.Kind is not (TokenKind.Name or TokenKind.QuotedName))
            {
                Unexpected("a name");
                return null;
            }
            var name = Take().Text;
            if (!Expect(TokenKind.Colon, ":") || ParseExpression(Precedence.Lowest) is not { } value)
                return null;
            entries.Add(new HashEntry(name, value));
        }
        while (TakeIf(TokenKind.Comma));
        return Expect(TokenKind.CloseBrace, "}") ? new ExpressionNode.MultiSelectHash(entries.DrainToImmutable(), offset) : null;
    }

    private ExpressionNode.Call? ParseCall(string name, int offset)
    {
        var arguments = ImmutableArray.CreateBuilder<ExpressionNode>();
        if (TakeIf(TokenKind.CloseParenthesis))
            return Checked(new ExpressionNode.Call(name, [], offset));
        do
        {
            var ampersand = Here;
            var isReference = TakeIf(TokenKind.Ampersand);
            if (ParseExpression(Precedence.Lowest) is not { } argument)
                return null;
            arguments.Add(isReference ? new ExpressionNode.ExpressionReference(argument, ampersand.Offset) : argument);
        }
        while (TakeIf(TokenKind.Comma));
        return Expect(TokenKind.CloseParenthesis, ")") ? Checked(new ExpressionNode.Call(name, arguments.DrainToImmutable(), offset)) : null;
    }

    private ExpressionNode.Call? Checked(ExpressionNode.Call call)
    {
        error ??= CallCheck.Find(call);
        return error is null ? call : null;
    }

    private Token Take()
    {
        var token = Here;
        position = int.Min(position + 1, tokens.Length - 1);
        return token;
    }

    private bool TakeIf(TokenKind kind)
    {
        if (Here.Kind != kind)
            return false;
        position++;
        return true;
    }

    private bool Expect(TokenKind kind, string word)
    {
        if (TakeIf(kind))
            return true;
        Unexpected(word);
        return false;
    }

    private ExpressionNode? Unexpected(string expected) => Unexpected(Here, expected);

    private ExpressionNode? Unexpected(Token found, string expected)
    {
        var what = found.Kind == TokenKind.End ? "the expression ends" : $"'{found.Text}' stands";
        return Fail(found.Offset, $"Here {what} where {expected} should be.", "See jmespath.org for the grammar.");
    }

    private ExpressionNode? TooDeep()
    {
        error ??= new ExpressionError(ExpressionErrorKind.OverBudget, Here.Offset, $"The expression nests deeper than {Expression.MaxDepthLevels} levels.", "Say it in smaller parts.");
        return null;
    }

    private ExpressionNode? Fail(int offset, string message, string remedy)
    {
        error ??= new ExpressionError(ExpressionErrorKind.Syntax, offset, message, remedy);
        return null;
    }
}
