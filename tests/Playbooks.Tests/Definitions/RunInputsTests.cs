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
    public void Nothing_starts_with_inputs_that_do_not_fit(string given, string reason) =>
        Assert.Equal([reason], Assert.IsType<RunInputs.Refused>(RunInputs.Of(Playbook.Inputs, JsonData.Parse(given))).Reasons);

    [Fact]
    public void Defaults_fill_what_is_not_given() =>
        Assert.Equal(JsonData.Parse("""{ "model": "abc", "percent": 100 }"""),
            Assert.IsType<RunInputs.Accepted>(RunInputs.Of(Playbook.Inputs, JsonData.Parse("""{ "model": "abc" }"""))).Values);
}
