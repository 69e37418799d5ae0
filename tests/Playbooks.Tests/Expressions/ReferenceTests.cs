using Playbooks.Core.Expressions;

namespace Playbooks.Tests.Expressions;

public class ReferenceTests
{
    [Theory]
    [InlineData("'text'", "")]
    [InlineData("@", "0:")]
    [InlineData("inputs.model", "0:inputs.model")]
    [InlineData("steps.choose.output.version", "0:steps.choose.output.version")]
    [InlineData(" steps . choose ", "1:steps.choose")]
    [InlineData("steps.\"odd name\".output", "0:steps.odd name.output")]
    [InlineData("a.b == c.d && !e", "0:a.b 7:c.d 15:e")]
    // An index, wildcard or function takes over from the path.
    [InlineData("steps.each.output[0].digest", "0:steps.each.output")]
    [InlineData("steps.each.output[1:].digest", "0:steps.each.output")]
    [InlineData("steps.each.output[].digest", "0:steps.each.output")]
    [InlineData("steps.*.output", "0:steps")]
    [InlineData("items[?size > limit].name", "0:items")]
    [InlineData("length(inputs.list)", "7:inputs.list")]
    [InlineData("keys(inputs) | [0]", "5:inputs")]
    [InlineData("sort_by(inputs.list, &age)[0].name", "8:inputs.list")]
    // A pipe and a multi-select go on from the path.
    [InlineData("steps.a.output | version", "0:steps.a.output.version")]
    [InlineData("steps.a.[output.x, status]", "0:steps.a.output.x 0:steps.a.status")]
    [InlineData("steps.a.{x: output.x}", "0:steps.a.output.x")]
    [InlineData("steps.a | length(output)", "0:steps.a.output")]
    [InlineData("(a || b).c", "1:a 6:b")]
    [InlineData("steps.a | 'text'", "0:steps.a")]
    // Guards.
    [InlineData("coalesce(steps.a.output.x, steps.b.output.x)", "9:steps.a.output.x? 27:steps.b.output.x?")]
    [InlineData("not_null(a, b)", "9:a? 12:b?")]
    [InlineData("require(steps.a.output.x, why)", "8:steps.a.output.x? 26:why")]
    [InlineData("coalesce(length(a.b), `0`)", "16:a.b?")]
    [InlineData("[coalesce(a), a]", "10:a? 14:a")]
    [InlineData("a || b", "0:a 5:b")]
    [InlineData("if(steps.a.status == 'succeeded', steps.a.output.x, steps.b.output.x)", "3:steps.a.status? 34:steps.a.output.x? 52:steps.b.output.x")]
    [InlineData("if(inputs.x, steps.a.output.x, 'no')", "3:inputs.x? 13:steps.a.output.x")]
    [InlineData("if(status, steps.a, b)", "3:status? 11:steps.a 20:b")]
    [InlineData("if(steps.a.status, `1`, `2`) || steps.a.output", "3:steps.a.status? 32:steps.a.output")]
    public void An_expression_lists_what_it_reads(string text, string references) =>
        Assert.Equal(references, string.Join(' ', Assert.IsType<Expression>(Expression.Parse(text).Expression).References().Select(Shown)));

    [Fact]
    public void A_template_lists_them_with_its_own_offsets() =>
        Assert.Equal("9:inputs.model 37:steps.a.output.x?", string.Join(' ', Template.Parse("Model ${ inputs.model }: ${ coalesce(steps.a.output.x, '?') }").Template!.References().Select(Shown)));

    private static string Shown(Reference reference) => $"{reference.Offset}:{string.Join('.', reference.Path)}{(reference.Guarded ? "?" : "")}";
}
