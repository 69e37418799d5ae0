using CsCheck;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;
using Playbooks.Tests.Json;

namespace Playbooks.Tests.Expressions;

public class ExpressionTests
{
    private static readonly JsonData Scope = JsonData.Parse("""
        { "inputs": { "model": "grading" }, "nothing": null, "empty": [], "big": 9007199254740993, "price": 19.99, "at": "2026-11-24T10:00:00Z",
          "list": [3, 1, 2], "text": "a😀", "people": [ { "n": "b", "age": 2 }, { "n": "a", "age": 1 }, { "n": "c", "age": 1 } ] }
        """);

    [Theory]
    [InlineData("inputs.my-name", ExpressionErrorKind.Syntax, 9, "no minus", "double quotes")]
    [InlineData("inputs.model = 'x'", ExpressionErrorKind.Syntax, 13, "single =", "==")]
    [InlineData("$.inputs", ExpressionErrorKind.Syntax, 0, "no $", "root")]
    [InlineData("'open", ExpressionErrorKind.Syntax, 0, "never closed", "closing '")]
    [InlineData("`{\"a\":1,\"a\":2}`", ExpressionErrorKind.Syntax, 0, "not JSON", "`true` or `null`")]
    [InlineData("\"\\ud800\"", ExpressionErrorKind.Syntax, 0, "not a JSON string", "Escape")]
    [InlineData("inputs.", ExpressionErrorKind.Syntax, 7, "the expression ends", "")]
    [InlineData("&inputs", ExpressionErrorKind.Syntax, 0, "argument of a function", "Remove")]
    [InlineData("", ExpressionErrorKind.Syntax, 0, "the expression ends", "")]
    [InlineData("list | sortBy(@, &n)", ExpressionErrorKind.UnknownFunction, 7, "no function 'sortBy'", "Did you mean sort_by?")]
    [InlineData("coalsce(a, b)", ExpressionErrorKind.UnknownFunction, 0, "coalsce", "Did you mean coalesce?")]
    [InlineData("now()", ExpressionErrorKind.UnknownFunction, 0, "now", "Known are abs, avg")]
    [InlineData("length()", ExpressionErrorKind.InvalidArity, 0, "has 0 arguments", "Give it 1")]
    [InlineData("if(a, b)", ExpressionErrorKind.InvalidArity, 0, "has 2 arguments", "Give it 3")]
    [InlineData("coalesce()", ExpressionErrorKind.InvalidArity, 0, "has 0 arguments", "at least 1")]
    [InlineData("abs('x')", ExpressionErrorKind.InvalidType, 4, "Argument 1 of abs is a string", "a number")]
    [InlineData("sha256(length('x'))", ExpressionErrorKind.InvalidType, 7, "is a number", "a string")]
    [InlineData("sum(`[1, \"2\"]`)", ExpressionErrorKind.InvalidType, 4, "is an array", "array of numbers")]
    [InlineData("sort_by(people, age)", ExpressionErrorKind.InvalidType, 16, "Argument 2 of sort_by is a value", "reference")]
    [InlineData("abs(&age)", ExpressionErrorKind.InvalidType, 4, "reference", "a number")]
    [InlineData("map(`1`, people)", ExpressionErrorKind.InvalidType, 4, "is a number", "reference")]
    [InlineData("require(a, `1`)", ExpressionErrorKind.InvalidType, 11, "Argument 2 of require", "a string")]
    [InlineData("list[::0]", ExpressionErrorKind.InvalidValue, 5, "step by 0", "Step by 1")]
    public void Reading_says_where_what_and_how_to_mend(string text, ExpressionErrorKind kind, int offset, string message, string remedy)
    {
        var error = Assert.IsType<ExpressionError>(Expression.Parse(text).Error);
        Assert.Equal((kind, offset), (error.Kind, error.Offset));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b", 2, "Here 'b' stands where an operator or the end should be.", Grammar)]
    [InlineData("@(a)", 1, "Here '(' stands where an operator or the end should be.", Grammar)]
    [InlineData("a == )", 5, "Here ')' stands where a value should be.", Grammar)]
    [InlineData("(a", 2, "Here the expression ends where ) should be.", Grammar)]
    [InlineData("a[b]", 2, "Here 'b' stands where a number, a slice or * should be.", Grammar)]
    [InlineData("a[*](b)", 4, "Here '(' stands where a dot, a bracket or the end should be.", Grammar)]
    [InlineData("a.1", 2, "Here '1' stands where a name, *, [ or { should be.", Grammar)]
    [InlineData("a[?b", 4, "Here the expression ends where ] should be.", Grammar)]
    [InlineData("a[0", 3, "Here the expression ends where ] should be.", Grammar)]
    [InlineData("a[1:2:3:4]", 7, "Here ':' stands where a number, a colon or ] should be.", Grammar)]
    [InlineData("[a", 2, "Here the expression ends where ] should be.", Grammar)]
    [InlineData("{1: a}", 1, "Here '1' stands where a name should be.", Grammar)]
    [InlineData("{a b}", 3, "Here 'b' stands where : should be.", Grammar)]
    [InlineData("{a: b", 5, "Here the expression ends where } should be.", Grammar)]
    [InlineData("length(a", 8, "Here the expression ends where ) should be.", Grammar)]
    [InlineData("\"length\"(a)", 0, "A function's name stands without quotes.", "Write length(…).")]
    [InlineData("a # b", 2, "'#' means nothing here.", "Text stands in single quotes, a name with odd characters in double quotes.")]
    [InlineData("😀", 0, "'😀' means nothing here.", "Text stands in single quotes, a name with odd characters in double quotes.")]
    [InlineData("fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff()", 0, "There is no function 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff…'.", null)]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff()", 0, "There is no function 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'.", null)]
    [InlineData("ceal(a)", 0, "There is no function 'ceal'.", "Did you mean ceil?")]
    [InlineData("contians(a, b)", 0, "There is no function 'contians'.", "Did you mean contains?")]
    [InlineData("abs(`null`)", 4, "Argument 1 of abs is null.", "Give it a number.")]
    [InlineData("abs(`true`)", 4, "Argument 1 of abs is a boolean.", "Give it a number.")]
    [InlineData("abs(`{}`)", 4, "Argument 1 of abs is an object.", "Give it a number.")]
    [InlineData("abs(a < b)", 4, "Argument 1 of abs is null or a boolean.", "Give it a number.")]
    [InlineData("sum(length('x'))", 4, "Argument 1 of sum is a number.", "Give it an array of numbers.")]
    [InlineData("join('a', `[1]`)", 10, "Argument 2 of join is an array or an array of numbers.", "Give it an array of strings.")]
    [InlineData("length(`1`)", 7, "Argument 1 of length is a number.", "Give it a string or an array or an object.")]
    public void Reading_says_it_in_whole_sentences(string text, int offset, string message, string? remedy)
    {
        var error = Assert.IsType<ExpressionError>(Expression.Parse(text).Error);
        Assert.Equal((offset, message, remedy ?? error.Remedy), (error.Offset, error.Message, error.Remedy));
    }

    private const string Grammar = "See jmespath.org for the grammar.";

    [Theory]
    [InlineData("abs(inputs)", "Argument 1 of abs is an object.", "Give it a number.")]
    [InlineData("sort_by(people, &missing)", "The reference of sort_by gives null for one of the items.", "It must give a number for all, or a string for all.")]
    [InlineData("sum([`9e999`, `9e999`])", "The result of sum is out of range.", "Numbers have at most 1000 digits and exponents up to 999.")]
    [InlineData("require(nothing, 'why')", "why", "Make sure that the value exists before this is read.")]
    public void Evaluating_says_it_in_whole_sentences(string text, string message, string remedy)
    {
        var error = Assert.IsType<ExpressionError>(Evaluate(text).Error);
        Assert.Equal((message, remedy), (error.Message, error.Remedy));
    }

    [Theory]
    [InlineData("abs(inputs)", ExpressionErrorKind.InvalidType)]
    [InlineData("sort_by(people, &missing)", ExpressionErrorKind.InvalidType)]
    [InlineData("require(nothing, 'the version is not known')", ExpressionErrorKind.Required)]
    [InlineData("require(nothing, list)", ExpressionErrorKind.InvalidType)]
    [InlineData("sha256(list)", ExpressionErrorKind.InvalidType)]
    [InlineData("if(abs(text), list, list)", ExpressionErrorKind.InvalidType)]
    [InlineData("sum([`9e999`, `9e999`])", ExpressionErrorKind.InvalidValue)]
    public void Evaluating_ends_with_an_error(string text, ExpressionErrorKind kind) => Assert.Equal(kind, Evaluate(text).Error?.Kind);

    [Fact]
    public void Require_gives_the_authors_own_words() =>
        Assert.Equal("the version is not known", Evaluate("require(nothing, 'the version is not known')").Error?.Message);

    [Theory]
    // Ours.
    [InlineData("if(inputs.model == 'grading', list[0], abs(text))", "3")]
    [InlineData("if(empty, abs(text), 'no')", "\"no\"")]
    [InlineData("if(`0`, 'zero is true', 'no')", "\"zero is true\"")]
    [InlineData("require(inputs.model, 'why')", "\"grading\"")]
    [InlineData("coalesce(nothing, missing.deep, price, abs(text))", "19.99")]
    [InlineData("coalesce(nothing)", "null")]
    [InlineData("coalesce(`false`, `1`)", "false")]
    [InlineData("sha256('')", "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"")]
    [InlineData("sha256('é')", "\"4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c\"")]
    // Exact numbers, and strings that stay what they are.
    [InlineData("big", "9007199254740993")]
    [InlineData("big == `9007199254740992`", "false")]
    [InlineData("big > `9007199254740992`", "true")]
    [InlineData("price == `19.990`", "true")]
    [InlineData("sum([`0.1`, `0.2`])", "0.3")]
    [InlineData("sum([big, `1`])", "9007199254740994")]
    [InlineData("sum(empty)", "0")]
    [InlineData("avg([`1`, `2`])", "1.5")]
    [InlineData("avg([`1`, `1`, `0`])", "0.6666666666666666666666666667")]
    [InlineData("avg([`-1`, `-1`, `0`])", "-0.6666666666666666666666666667")]
    [InlineData("avg(empty)", "null")]
    [InlineData("floor(`-1.5`)", "-2")]
    [InlineData("ceil(`-1.5`)", "-1")]
    [InlineData("ceil(`1e-300`)", "1")]
    [InlineData("abs(`-12345678901234567890.5`)", "12345678901234567890.5")]
    [InlineData("to_number('1e3')", "1000")]
    [InlineData("to_number('0x10')", "null")]
    [InlineData("to_number(' 1')", "null")]
    [InlineData("at", "\"2026-11-24T10:00:00Z\"")]
    [InlineData("to_string(list)", "\"[3,1,2]\"")]
    [InlineData("'a' < 'b'", "null")]
    // Characters are code points, and order is by them.
    [InlineData("length(text)", "2")]
    [InlineData("reverse(text)", "\"😀a\"")]
    [InlineData("sort(['😀', '\uFFFD', 'a'])", "[\"a\",\"\uFFFD\",\"😀\"]")]
    [InlineData("sort_by(people, &age)[].n", "[\"a\",\"c\",\"b\"]")]
    [InlineData("min_by(people, &age).n", "\"a\"")]
    [InlineData("max_by(empty, &age)", "null")]
    [InlineData("list[9223372036854775808]", "null")]
    [InlineData("list[-99999999999999999999:99999999999999999999:9223372036854775807]", "[3]")]
    [InlineData("list[::-9223372036854775808]", "[2]")]
    [InlineData("sort(['ab', 'a'])", "[\"a\",\"ab\"]")]
    [InlineData("sort(['a', 'ab'])", "[\"a\",\"ab\"]")]
    [InlineData("sort(['\uFFFD', '😀', '\uFFFD'])", "[\"\uFFFD\",\"\uFFFD\",\"😀\"]")]
    [InlineData("list[-0]", "3")]
    [InlineData("A", "null")]
    // What a function may give, another may take.
    [InlineData("abs(avg([`-1`]))", "1")]
    [InlineData("abs(max(list))", "3")]
    [InlineData("length(max(['a', 'ab']))", "2")]
    [InlineData("abs(min(list))", "1")]
    [InlineData("length(min(['a', 'ab']))", "1")]
    [InlineData("length(reverse(text))", "2")]
    [InlineData("abs(to_number('-1'))", "1")]
    [InlineData("not_null(inputs.model, abs(text))", "\"grading\"")]
    [InlineData("require(inputs.model, to_string(abs(text)))", "\"grading\"")]
    [InlineData("{a: `1`, a: `2`}", "{\"a\":2}")]
    [InlineData("\"\"", "null")]
    public void Evaluating_gives_a_value(string text, string json)
    {
        var (value, error) = Evaluate(text);
        Assert.Null(error);
        Assert.Equal(json, value!.Text);
    }

    [Fact]
    public void An_expression_at_the_size_limit_is_read_and_one_byte_more_refused()
    {
        Assert.Null(Expression.Parse($"'{new string('x', Expression.MaxTextBytes - 2)}'").Error);
        Assert.Equal(ExpressionErrorKind.OverBudget, Expression.Parse($"'{new string('x', Expression.MaxTextBytes - 3)}é'").Error?.Kind);
    }

    [Fact]
    public void Half_a_surrogate_pair_in_the_text_is_refused() => Assert.All(["'\ud800'", "\ud800", "\"\udc00\"", "`\"\ud800\"`"],
        text => Assert.Equal(ExpressionErrorKind.Syntax, Expression.Parse(text).Error?.Kind));

    [Fact]
    public void Half_a_surrogate_pair_is_named_as_what_it_is()
    {
        Assert.Equal(("The text holds half of a surrogate pair.", "Write the whole character."), Expression.Parse("'\ud800'").Error is { } inText ? (inText.Message, inText.Remedy) : default);
        Assert.Equal("'\uFFFD' means nothing here.", Expression.Parse("\ud800").Error?.Message);
    }

    [Fact]
    public void A_literal_may_fill_the_expression()
    {
        var text = $"`\"{new string('x', Expression.MaxTextBytes - 4)}\"`";
        Assert.Equal(Expression.MaxTextBytes - 4, Expression.Parse(text).Expression!.Evaluate(Scope).Value!.AsString()!.Length);
    }

    [Fact]
    public void Expressions_with_the_same_text_are_equal()
    {
        Assert.True(Expression.Parse("a").Expression!.Equals(Expression.Parse("a").Expression));
        Assert.False(Expression.Parse("a").Expression!.Equals(Expression.Parse("b").Expression));
        Assert.False(Expression.Parse("a").Expression!.Equals((Expression?)null));
    }

    /// <summary>CsCheck prints the seed of what fails.</summary>
    [Fact]
    public void Any_text_gets_an_answer_and_whatever_parses_evaluates_to_one() =>
        AnyJson.OneOf("a", "inputs", "list", "people", "\"x\"", "'y'", "`1`", "`[1,\"z\"]`", "@", "*", ".", ".", "|", "||", "&&", "!", "==", "<", "[", "]", "[]", "[*]", "[?",
                "(", ")", "{", "}", ":", ",", "&", "1", "-1", " ", "length(", "sort_by(", "if(", "coalesce(", "to_string(", "map(&", "max(", "`", "'", "\\", "\ud800")
            .Array[0, 14].Select(string.Concat)
            .Sample(text => Expression.Parse(text) is { Expression: { } expression }
                ? expression.Evaluate(Scope) is { Value: null } or { Error: null } && !expression.References().IsDefault
                : Expression.Parse(text).Error!.Offset is var offset && offset >= 0 && offset <= text.Length, iter: 20_000);

    [Fact]
    public void Data_is_never_read_as_an_expression() =>
        AnyJson.OfDepth(2).Sample(value => Expression.Parse("a.b").Expression!
            .Evaluate(JsonData.Object(("a", JsonData.Object(("b", value))))).Value == value, iter: 2_000);

    private static EvaluationResult Evaluate(string text) => Assert.IsType<Expression>(Expression.Parse(text).Expression).Evaluate(Scope);
}
