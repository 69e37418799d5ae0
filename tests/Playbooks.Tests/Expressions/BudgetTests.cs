using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Expressions;

/// <summary>Whatever an author writes ends after a counted number of steps. No time is measured: steps are the same on every machine.</summary>
public class BudgetTests
{
    private const string Ten = "`[1,1,1,1,1,1,1,1,1,1]`";

    private static readonly JsonData Scope = JsonData.Object(("text", JsonData.Of(new string('x', 1_000))),
        ("list", JsonData.Array(Enumerable.Range(0, 2_000).Select(i => JsonData.Of(i)))));

    public static TheoryData<string> TooMuch =>
    [
        // Each doubles what the one before it made.
        string.Join('|', Enumerable.Repeat("[@,@]", 60)),
        string.Join('|', Enumerable.Repeat("{a:@,b:@}", 60)),
        string.Join('|', Enumerable.Repeat("[@,@][]", 60)),
        "text|" + string.Join('|', Enumerable.Repeat("join('',[@,@])", 60)),
        "text|" + string.Join('|', Enumerable.Repeat("join(@,[@,@])", 60)),
        "text|" + string.Join('|', Enumerable.Repeat("to_string([@,@])", 60)),
        // Each runs through everything for each item.
        $"map(&map(&map(&map(&map(&@, {Ten}), {Ten}), {Ten}), {Ten}), {Ten})",
        $"{Ten}[?{Ten}[?{Ten}[?{Ten}[?{Ten}]]]]",
        "[list, list, list, list, list, list][].[@, @, @]",
        "list[*].[@, @, @, @]",
        "[list, list, list] | [*].contains(@, `-1`)",
        "[list, list, list] | [*].sort(@)",
        "[text, text, text, text, text, text, text, text, text, text] | [@, @, @, @, @, @, @] | [] | map(&[starts_with(@, 'a'), ends_with(@, 'a'), contains(@, 'a')], @) | map(&(@ == `1`), @)",
        $"map(&sum(`[{string.Join(',', Enumerable.Repeat("1e400,1e-400", 50))}]`), {Ten})",
    ];

    public static TheoryData<string> TooDeep =>
    [
        new string('(', 2_000) + "a" + new string(')', 2_000),
        new string('!', 4_000) + "a",
        new string('[', 2_000) + "a" + new string(']', 2_000),
        "a" + string.Concat(Enumerable.Repeat(".a", 1_900)),
        "a" + string.Concat(Enumerable.Repeat("||a", 1_300)),
        "a" + string.Concat(Enumerable.Repeat("[0]", 1_300)),
        string.Concat(Enumerable.Repeat("abs(", 1_000)),
        string.Concat(Enumerable.Repeat("a[?", 1_000)),
        string.Concat(Enumerable.Repeat("*.", 2_000)) + "a",
    ];

    [Theory]
    [MemberData(nameof(TooMuch))]
    public void An_expression_that_asks_for_too_much_is_over_budget(string text) =>
        Assert.Equal(ExpressionErrorKind.OverBudget, Assert.IsType<Expression>(Expression.Parse(text).Expression).Evaluate(Scope).Error?.Kind);

    [Theory]
    [MemberData(nameof(TooDeep))]
    public void An_expression_that_nests_too_deep_is_refused_when_read(string text) =>
        Assert.Equal(ExpressionErrorKind.OverBudget, Expression.Parse(text).Error?.Kind);

    [Theory]
    [InlineData("@", 1)]
    [InlineData("list[0]", 2)]
    [InlineData("a.b", 3)]
    [InlineData("`[1,2]`[*]", 4)]
    [InlineData("length(`[1,2]`)", 4)]
    [InlineData("`1` == `1`", 4)]
    [InlineData("if(`true`, `1`, abs(list))", 3)]
    [InlineData("`[1,2]`[0:2]", 7)]
    [InlineData("`[[1],2]`[]", 9)]
    [InlineData("length(`{\"a\":1,\"b\":2}`)", 4)]
    [InlineData("length(text)", 17)]
    [InlineData("text == 'x'", 4)]
    [InlineData("text == text", 19)]
    [InlineData("sort(`[1,2,3]`)", 11)]
    [InlineData("sum(`[1e50,1]`)", 5)]
    public void Steps_are_counted_exactly(string text, int steps)
    {
        var expression = Assert.IsType<Expression>(Expression.Parse(text).Expression);
        Assert.Null(expression.Evaluate(Scope, new Budget(MaxSteps: steps)).Error);
        Assert.Equal(ExpressionErrorKind.OverBudget, expression.Evaluate(Scope, new Budget(MaxSteps: steps - 1)).Error?.Kind);
    }

    [Fact]
    public void A_value_at_the_size_limit_is_made_and_one_byte_more_refused()
    {
        var expression = Expression.Parse("[text, 'é']").Expression!;
        var size = System.Text.Encoding.UTF8.GetByteCount(expression.Evaluate(Scope).Value!.Text);
        Assert.Null(expression.Evaluate(Scope, new Budget(MaxValueBytes: size)).Error);
        Assert.Equal(ExpressionErrorKind.OverBudget, expression.Evaluate(Scope, new Budget(MaxValueBytes: size - 1)).Error?.Kind);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("", ".a")]
    public void The_deepest_expression_is_read_and_one_level_more_refused(string before, string after)
    {
        Assert.Null(Expression.Parse(Nested(Expression.MaxDepthLevels - 1)).Error);
        Assert.Equal(("The expression nests deeper than 128 levels.", "Say it in smaller parts."), Said(Expression.Parse(Nested(Expression.MaxDepthLevels)).Error));

        string Nested(int levels) => string.Concat(Enumerable.Repeat(before, levels)) + "a" + string.Concat(Enumerable.Repeat(after, levels));
    }

    [Fact]
    public void What_is_too_much_says_how_much_was_allowed()
    {
        Assert.Equal(("The expression takes more than 2 steps.", "Let it look at less data, or compute less."), Said(Expression.Parse("a.b").Expression!.Evaluate(Scope, new Budget(MaxSteps: 2)).Error));
        Assert.Equal(("The expression makes a value larger than 9 bytes.", "Select less."), Said(Expression.Parse("text").Expression!.Evaluate(Scope, new Budget(MaxValueBytes: 9)).Error));
        Assert.Equal(($"The expression makes a value deeper than {Budget.MaxValueDepthLevels} levels.", "Make it flatter."),
            Said(Expression.Parse("`1`|" + string.Join('|', Enumerable.Repeat("[@]", Budget.MaxValueDepthLevels + 1))).Expression!.Evaluate(Scope).Error));
        Assert.Equal(($"The expression is larger than {Expression.MaxTextBytes} bytes.", "Say it in smaller parts."), Said(Expression.Parse(new string('a', Expression.MaxTextBytes + 1)).Error));
    }

    private static (string, string) Said(ExpressionError? error) => (error!.Message, error.Remedy);

    [Fact]
    public void What_an_expression_makes_can_be_read_again()
    {
        var deepest = string.Join('|', Enumerable.Repeat("[@]", Budget.MaxValueDepthLevels)).Insert(0, "`1`|");
        Assert.Equal(Budget.MaxValueDepthLevels, Expression.Parse(deepest).Expression!.Evaluate(Scope).Value!.Depth);
        Assert.Equal(ExpressionErrorKind.OverBudget, Expression.Parse(deepest + "|[@]").Expression!.Evaluate(Scope).Error?.Kind);
    }

    [Theory]
    [InlineData("({0})")]
    [InlineData("!{0}")]
    [InlineData("a[?{0}]")]
    [InlineData("if({0}, a, b)")]
    [InlineData("map(&{0}, list)")]
    public void The_deepest_expression_fits_a_small_stack(string shape)
    {
        // The least that a thread gets on the systems we run on is 512 KiB.
        var text = Enumerable.Range(0, Expression.MaxDepthLevels).Aggregate("a", (inner, _) =>
            shape.Replace("{0}", inner, StringComparison.Ordinal) is { Length: <= Expression.MaxTextBytes } longer
            && Expression.Parse(longer).Error is null ? longer : inner);
        EvaluationResult? result = null;
        var thread = new Thread(() => result = Expression.Parse(text).Expression!.Evaluate(Scope), maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.NotNull(result);
    }
}
