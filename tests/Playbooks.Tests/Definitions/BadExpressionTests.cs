namespace Playbooks.Tests.Definitions;

/// <summary>What an expression reads must exist, be over, and be there on every path.</summary>
public class BadExpressionTests
{
    private const string Look = """{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } }""";
    private const string Maybe = """{ "id": "look", "when": "${ inputs.percent == `1` }", "do": "http.get", "with": { "url": "https://a.example/" } }""";

    [Theory]
    [InlineData("PB1301", Look, "${ steps.§}")]
    [InlineData("PB1301", Look, "text ${ §foo(run.id) }")]
    [InlineData("PB1302", Look, "${ §stps.look.status }")]
    [InlineData("PB1302", Look, "${ §item }")]
    [InlineData("PB1302", Look, "${ §steps }")]
    [InlineData("PB1302", Look, "${ §@ }")]
    [InlineData("PB1303", Look, "${ §steps.lok.status }")]
    [InlineData("PB1304", Look, "${ §steps.tell.status }")]
    [InlineData("PB1305", Look, "${ §steps.look.state }")]
    [InlineData("PB1305", Look, "${ §steps.look.status.x }")]
    [InlineData("PB1305", Look, "${ §steps.look.output.stats }")]
    [InlineData("PB1305", Look, "${ §steps.look.output.status.code }")]
    [InlineData("PB1305", Look, "a \\\"quoted\\\" ${ §run.began }")]
    [InlineData("PB1305", Look, "${ §inputs.model.name }")]
    [InlineData("PB1307", Look, "${ §inputs.modle }")]
    [InlineData("PB1305", Look, "${ §alert.sevrity }")]
    [InlineData("PB1305", Look, "${ §alert.rule.name }")]
    [InlineData("PB1305", Look, "${ §alert.context.treshold }")]
    [InlineData("PB1305", Look, "${ §alert.context.oldInstancesCount }")]
    [InlineData("PB1305", Look, "${ §alert.context.value.text }")]
    [InlineData("PB1306", Maybe, "${ §steps.look.output.status }")]
    [InlineData("PB1306", Maybe, "${ §steps.look.output }")]
    [InlineData("PB1306", """{ "id": "look", "onFailure": "continue", "do": "http.get", "with": { "url": "https://a.example/" } }""", "${ §steps.look.output.status }")]
    [InlineData("PB1306", """{ "id": "look", "drill": "skip", "do": "http.get", "with": { "url": "https://a.example/" } }""", "${ §steps.look.output.status }")]
    [InlineData("PB1306", """{ "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "tell" } }, """ + Look, "${ §steps.look.output.status }")]
    [InlineData("PB1304", """{ "id": "all", "forEach": { "items": [1], "maxItems": 1, "steps": [ """ + Look + " ] } }", "${ §steps.look.output.status }")]
    [InlineData("PB1305", """{ "id": "all", "forEach": { "items": [1], "maxItems": 1, "steps": [ """ + Look + " ] } }", "${ §steps.all.output.look }")]
    [InlineData("PB1305", """{ "id": "all", "parallel": { "branches": { "one": [ """ + Look + " ] } } }", "${ §steps.all.output.two }")]
    [InlineData("PB1305", """{ "id": "all", "parallel": { "branches": { "one": [ """ + Look + " ] } } }", "${ §steps.all.output.one.lok }")]
    [InlineData("PB1305", """{ "id": "all", "parallel": { "branches": { "one": [ """ + Look + " ] } } }", "${ §steps.all.output.one.look.stats }")]
    [InlineData("PB1305", """{ "id": "all", "repeat": { "maxTimes": 2, "until": "${ index == `1` }", "steps": [ """ + Look + " ] } }", "${ §steps.all.output.look }")]
    [InlineData("PB1305", """{ "id": "all", "wait": { "for": "PT1S" } }""", "${ §steps.all.output.payload }")]
    [InlineData("PB1305", """{ "id": "all", "task": { "role": "approver", "instructions": "i", "doneWithin": "PT1S" } }""", "${ §steps.all.output.person }")]
    [InlineData("PB1306", """{ "id": "all", "switch": [ { "when": "${ inputs.percent == `1` }", "steps": [ """ + Look + " ] } ] }", "${ §steps.look.output.status }")]
    [InlineData("PB1306", """{ "id": "all", "try": { "steps": [ """ + Look + """ ], "catch": [ { "steps": [] } ] } }""", "${ §steps.look.output.status }")]
    [InlineData("PB1305", Look, "${ §alert.somethingElse }")]
    [InlineData("PB1303", Look, "\\u0041 \\n \\u00e9 ${ §steps.lok.status }")]
    [InlineData("PB1305", """{ "id": "all", "task": { "role": "approver", "instructions": "i", "doneWithin": "PT1S" } }""", "${ §steps.all.output.note.x }")]
    [InlineData("PB1306", """{ "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "tell" } }""", "${ §steps.a.output.any }")]
    [InlineData("PB1306", """{ "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "tell" } }, """ + Look + """, { "id": "b", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "tell" } }""", "${ §steps.look.output.status }")]
    [InlineData("PB1306", """{ "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["look"], "decideWithin": "PT1M", "onTimeout": { "goto": "tell" } } }, """ + Look, "${ §steps.look.output.status }")]
    public void An_expression_is_refused(string code, string before, string text) =>
        Marked.Check(code, Tell(before, text), document => Read.Errors(document));

    [Theory]
    [InlineData(Look, "${ steps.look.output.status }")]
    [InlineData(Look, "${ steps.look.output.body.anything.below }")]
    [InlineData(Maybe, "${ coalesce(steps.look.output.status, 'none') }")]
    [InlineData(Maybe, "${ require(steps.look.output.status, 'the check was skipped') }")]
    [InlineData(Maybe, "${ if(steps.look.status == 'succeeded', steps.look.output.status, `0`) }")]
    [InlineData(Maybe, "${ steps.look.status } after ${ steps.look.attempts }")]
    [InlineData("""{ "id": "all", "forEach": { "items": [1], "maxItems": 1, "steps": [ """ + Look + " ] } }", "${ steps.all.output[0] }")]
    [InlineData("""{ "id": "all", "parallel": { "branches": { "one": [ """ + Look + " ] } } }", "${ steps.all.output.one.look.status }")]
    [InlineData("""{ "id": "all", "switch": [ { "when": "${ inputs.percent == `1` }", "steps": [ """ + Look + " ] } ] }", "${ coalesce(steps.look.output.status, `0`) }")]
    [InlineData("""{ "id": "all", "wait": { "event": "e", "within": "PT1S" } }""", "${ steps.all.output.any.thing }")]
    [InlineData("""{ "id": "all", "task": { "role": "approver", "instructions": "i", "doneWithin": "PT1S" } }""", "${ steps.all.output.note }")]
    [InlineData(Look, "$${ not an expression }")]
    [InlineData(Look, "${ alert.condition } ${ alert.test } ${ alert.context.value } ${ alert.context.dimensions.model } ${ alert.context.details.anything.inside } ${ alert.cut[0] }")]
    [InlineData(Look, "${ run.id } ${ run.mode } ${ run.occurredAt } ${ run.detectedAt } ${ run.startedAt } ${ run.deadline } ${ alert.rule }")]
    [InlineData("""{ "id": "all", "task": { "role": "approver", "instructions": "i", "doneWithin": "PT1S" } }""", "${ steps.all.output.by.name }")]
    // Known behind an end are the steps that a jump over it had behind it, whatever the way to the end knew.
    [InlineData("""{ "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "between" } }, """ + Look + """, { "id": "b", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": "tell" } }, { "id": "between", "wait": { "for": "PT1S" } }, { "id": "no", "fail": "no" }""", "${ steps.look.output.status }")]
    public void An_expression_is_taken(string before, string text) => Read.Valid(Tell(before, text));

    [Fact]
    public void An_expression_beyond_4_KiB_has_its_own_error() =>
        Assert.Equal("PB1607", Assert.Single(Read.Errors(Tell(Look, "${ '" + new string('x', 4_097) + "' }").Replace("§", "", StringComparison.Ordinal))).Code);

    private static string Tell(string before, string text) =>
        Marked.Around($$"""[ {{before}}, { "id": "tell", "do": "notify", "with": { "channel": "c", "text": "{{text}}" } } ]""");
}
