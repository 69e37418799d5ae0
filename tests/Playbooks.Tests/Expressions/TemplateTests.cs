using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Expressions;

public class TemplateTests
{
    private static readonly JsonData Scope = JsonData.Parse("""{"name":"grading","count":3,"list":[1,"x"],"nothing":null,"trap":"${ name }"}""");

    [Theory]
    [InlineData("${", 0, "never closed")]
    [InlineData("a ${ name", 2, "never closed")]
    [InlineData("${ 'open }", 0, "never closed")]
    [InlineData("ab ${ name. }", 12, "the expression ends")]
    [InlineData("${}", 2, "the expression ends")]
    [InlineData("x ${ nmae() }", 5, "no function")]
    public void Refuses_with_the_place_in_the_template(string text, int offset, string message)
    {
        var error = Assert.Single(Template.Parse(text).Errors);
        Assert.Equal(offset, error.Offset);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_how_to_write_what_looks_like_an_expression_and_is_none() =>
        Assert.Equal(("The ${ is never closed.", "Add the closing }, or write $${ for a literal ${."), Template.Parse("${").Errors[0] is var error ? (error.Message, error.Remedy) : default);

    [Fact]
    public void Lists_the_errors_of_all_its_expressions() =>
        Assert.Equal([5, 10], Template.Parse("${ ! } ${ = }").Errors.Select(e => e.Offset));

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("plain $ $$ {x} }", "\"plain $ $$ {x} }\"")]
    [InlineData("${ count }", "3")]
    [InlineData("${list}", "[1,\"x\"]")]
    [InlineData("${ nothing }", "null")]
    [InlineData(" ${ count }", "\" 3\"")]
    [InlineData("${ name }: ${ count } of ${ list }", "\"grading: 3 of [1,\\\"x\\\"]\"")]
    [InlineData("$${ count } is ${ count }", "\"${ count } is 3\"")]
    [InlineData("${ {a: {b: count}} }", "{\"a\":{\"b\":3}}")]
    [InlineData("${ '}' }", "\"}\"")]
    [InlineData("${ '\\'}' }", "\"'}\"")]
    [InlineData("<${ \"}\" || 'none' }>", "\"<none>\"")]
    [InlineData("${ `{\"}\":1}` }", "{\"}\":1}")]
    [InlineData("${ trap }", "\"${ name }\"")]
    [InlineData("say ${ trap }", "\"say ${ name }\"")]
    public void Resolves_to(string text, string json)
    {
        var (value, error) = Parsed(text).Evaluate(Scope);
        Assert.Null(error);
        Assert.Equal(json, value!.Text);
    }

    [Fact]
    public void Null_inside_a_text_is_an_error_at_its_place()
    {
        var error = Parsed("version ${ nothing }").Evaluate(Scope).Error!;
        Assert.Equal((ExpressionErrorKind.InvalidValue, 10), (error.Kind, error.Offset));
        Assert.Equal(("'nothing' is null inside a text.", "Say what to write then: coalesce(…, 'unknown')."), (error.Message, error.Remedy));
    }

    [Fact]
    public void An_error_of_an_expression_points_into_the_template() =>
        Assert.Equal(13, Parsed("n: ${ length(count) }").Evaluate(Scope).Error!.Offset);

    [Fact]
    public void All_expressions_of_a_template_share_one_budget()
    {
        var template = Parsed("${ count }${ count }");
        Assert.Null(template.Evaluate(Scope, new Budget(MaxSteps: 2)).Error);
        Assert.Equal(ExpressionErrorKind.OverBudget, template.Evaluate(Scope, new Budget(MaxSteps: 1)).Error?.Kind);
    }

    [Fact]
    public void A_template_without_expressions_is_known_without_a_scope()
    {
        Assert.True(Parsed("a $${b}").IsLiteral);
        Assert.False(Parsed("a ${b}").IsLiteral);
    }

    [Fact]
    public void Parts_say_where_their_expressions_stand()
    {
        var parts = Parsed("a ${b} ${ c }").Parts;
        Assert.Equal([new TemplatePart.Literal("a "), new TemplatePart.Embedded(Expression.Parse("b").Expression!, 4), new TemplatePart.Literal(" "),
            new TemplatePart.Embedded(Expression.Parse(" c ").Expression!, 9)], parts);
    }

    [Fact]
    public void Templates_with_the_same_text_are_equal()
    {
        Assert.Equal(Parsed("a ${b}"), Parsed("a ${b}"));
        Assert.NotEqual(Parsed("a ${b}"), Parsed("a ${c}"));
    }

    private static Template Parsed(string text) => Assert.IsType<Template>(Template.Parse(text).Template);
}
