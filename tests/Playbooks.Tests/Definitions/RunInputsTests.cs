using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Definitions;

public class RunInputsTests
{
    private static readonly Playbook Playbook = Read.Valid("""
        { "playbook": "p", "version": "1.0.0", "title": "t",
          "inputs": { "model": { "type": "string", "pattern": "^[a-z]{1,4}$" }, "percent": { "type": "integer", "enum": [10, 100], "default": 100 } },
          "steps": [ { "id": "pause", "wait": { "for": "PT1S" } } ] }
        """);

    [Theory]
    [InlineData("{}", "The input 'model' is missing.")]
    [InlineData("""{ "model": null }""", "The input 'model' is missing.")]
    [InlineData("""{ "model": "abcde" }""", "The input 'model' must match ^[a-z]{1,4}$.")]
    [InlineData("""{ "model": "abc\n" }""", "The input 'model' must match ^[a-z]{1,4}$.")]
    [InlineData("""{ "model": 7 }""", "The input 'model' must be of type string.")]
    [InlineData("""{ "model": "abc", "percent": 50 }""", "The input 'percent' must be one of 10, 100.")]
    [InlineData("""{ "model": "abc", "modle": "abc" }""", "The playbook takes no input 'modle'. Did you mean 'model'?")]
    [InlineData("""{ "model": "abc", "somewhat": "abc" }""", "The playbook takes no input 'somewhat'. Remove it.")]
    public void Nothing_starts_with_inputs_that_do_not_fit(string given, string reason) =>
        Assert.Equal([reason], Assert.IsType<RunInputs.Refused>(RunInputs.Of(Playbook.Inputs, JsonData.Parse(given))).Reasons);

    [Theory]
    [InlineData("string", "\"a\"", "7 true [] {}")]
    [InlineData("integer", "7", "7.5 \"7\" true [] {}")]
    [InlineData("number", "7.5", "\"7\" true [] {}")]
    [InlineData("boolean", "true", "\"true\" 1 [] {}")]
    [InlineData("array", "[1]", "\"a\" 1 true {}")]
    [InlineData("object", "{}", "\"a\" 1 true []")]
    [InlineData("nothing", "", "\"a\" 1 true [] {}")]
    public void A_value_has_the_type_of_its_input(string type, string fits, string others)
    {
        var input = new InputDeclaration("one", type, null, [], null, null);

        Assert.All(fits.Split(' ', StringSplitOptions.RemoveEmptyEntries), value => Assert.Null(RunInputs.Problem(input, JsonData.Parse(value))));
        Assert.All(others.Split(' '), value => Assert.Equal($"The input 'one' must be of type {type}.", RunInputs.Problem(input, JsonData.Parse(value))));
    }

    [Fact]
    public void Defaults_fill_what_is_not_given() =>
        Assert.Equal(JsonData.Parse("""{ "model": "abc", "percent": 100 }"""),
            Assert.IsType<RunInputs.Accepted>(RunInputs.Of(Playbook.Inputs, JsonData.Parse("""{ "model": "abc" }"""))).Values);
}
