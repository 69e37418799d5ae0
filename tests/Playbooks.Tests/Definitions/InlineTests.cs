using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>A playbook inside another, pinned by version and digest.</summary>
public class InlineTests
{
    private const string Inner = """
        { "playbook": "inner", "version": "1.0.0", "title": "t",
          "inputs": { "target": { "type": "string" }, "percent": { "type": "integer", "default": 100 } },
          "defaults": { "timeout": "PT7M" },
          "steps": [ { "id": "isolate", "do": "model.isolate", "with": { "model": "${ inputs.target }" }, "onFailure": { "goto": "rejoin" } },
                     { "id": "rejoin", "do": "model.rejoin", "with": { "model": "${ inputs.target }", "percent": "${ inputs.percent }" } } ] }
        """;

    private const string Recover = """{ "id": "well", "do": "model.verify", "with": { "model": "${ inputs.model }" }, "recovers": true }""";

    [Fact]
    public void Its_steps_take_its_own_defaults_and_ids_behind_a_prefix()
    {
        var inline = Assert.IsType<Step.Inline>(Read.Valid(Outer(Step(Inner)), From(Inner)).Steps[0]);

        Assert.Equal(["part/isolate", "part/rejoin"], inline.Steps.Select(step => step.Id));
        Assert.Equal(new OnFailure.Goto("part/rejoin"), inline.Steps[0].OnFailure);
        Assert.Equal(TimeSpan.FromMinutes(7), Assert.IsType<Step.Do>(inline.Steps[0]).Timeout);
        // The default of an input that was not given stands in with.
        Assert.Equal(["target", "percent"], inline.With.Select(field => field.Name));
    }

    [Fact]
    public void Its_text_is_kept_with_the_playbook()
    {
        var playbook = Read.Valid(Outer(Step(Inner)), From(Inner));

        Assert.Equal([new InlinedText("inner", "1.0.0", Digest(Inner), Inner)], playbook.Inlined);
    }

    [Fact]
    public void Two_copies_need_two_ids_and_see_only_their_own_steps()
    {
        var playbook = Read.Valid(Outer(Step(Inner, "one") + ", " + Step(Inner, "two")), From(Inner));

        Assert.Equal(["one", "one/isolate", "one/rejoin", "two", "two/isolate", "two/rejoin", "well"], playbook.AllSteps().Select(step => step.Id));
        Assert.Single(playbook.Inlined);
    }

    [Fact]
    public void Another_text_than_the_pinned_one_is_refused() =>
        Assert.Equal(["PB1702"], Codes(Outer(Step(Inner)), From(Inner + " ")));

    [Theory]
    [InlineData("\"name\": \"inner\"", "\"name\": \"other\"")]
    [InlineData("\"version\": \"1.0.0\", \"sha256\"", "\"version\": \"1.0.1\", \"sha256\"")]
    public void A_text_that_calls_itself_otherwise_is_refused(string own, string other) =>
        Assert.Equal(["PB1702"], Codes(Outer(Step(Inner)).Replace(own, other, StringComparison.Ordinal), From(Inner)));

    [Fact]
    public void Missing_and_unknown_inputs_are_refused() =>
        Assert.Equal(["PB1220", "PB1221"], Codes(Outer(Step(Inner).Replace("\"target\"", "\"model\"", StringComparison.Ordinal)), From(Inner)).Order());

    [Fact]
    public void Errors_inside_carry_the_inner_file()
    {
        var broken = Inner.Replace("inputs.target", "inputs.targt", StringComparison.Ordinal);

        Assert.All(Read.Errors(Outer(Step(broken)), From(broken)).Where(error => error.Code == "PB1307"), error => Assert.Equal("inner.json", error.File));
    }

    [Fact]
    public void Outer_steps_cannot_be_read_inside_nor_inner_ones_outside()
    {
        var reading = Inner.Replace("\"onFailure\": { \"goto\": \"rejoin\" }", "\"when\": \"${ steps.first.status == 'succeeded' }\"", StringComparison.Ordinal);
        var first = """{ "id": "first", "wait": { "for": "PT1S" } }, """;

        Assert.Equal(["PB1303"], Codes(Outer(first + Step(reading)), From(reading)));
        Assert.Equal(["PB1303"], Codes(Outer(Step(Inner) + """, { "id": "tell", "do": "notify", "with": { "channel": "c", "text": "${ steps.isolate.status }" } }"""), From(Inner)));
    }

    [Fact]
    public void A_finally_inside_is_refused_because_it_would_not_run()
    {
        var inner = Inner.Replace("\"steps\": [", "\"finally\": [ { \"id\": \"report\", \"do\": \"evidence.publish\" } ], \"steps\": [", StringComparison.Ordinal);

        Assert.Equal(["PB1704"], Codes(Outer(Step(inner)), From(inner)));
    }

    [Fact]
    public void A_circle_is_refused()
    {
        // No text can hold its own digest, so a circle shows in the names.
        var inner = $$"""{ "playbook": "inner", "version": "1.0.0", "title": "t", "steps": [ { "id": "again", "playbook": { "name": "outer", "version": "1.0.0", "sha256": "{{new string('0', 64)}}" } } ] }""";

        Assert.Contains("PB1703", Codes(Outer(Step(inner)), From(inner)));
    }

    [Theory]
    [InlineData(4, new string[0])]
    [InlineData(5, new[] { "PB1606" })]
    public void Four_deep_is_deep_enough(int depth, string[] expected)
    {
        var texts = new List<string> { """{ "playbook": "p0", "version": "1.0.0", "title": "t", "steps": [ { "id": "pause", "wait": { "for": "PT1S" } } ] }""" };
        for (var i = 1; i <= depth; i++)
            texts.Add($$"""{ "playbook": "p{{i}}", "version": "1.0.0", "title": "t", "steps": [ { "id": "inner", "playbook": { "name": "p{{i - 1}}", "version": "1.0.0", "sha256": "{{Digest(texts[^1])}}" } } ] }""");

        Assert.Equal(expected, Codes(texts[^1], From([.. texts])));
    }

    [Fact]
    public void Playbooks_that_inline_each_other_many_times_meet_the_limit_of_steps()
    {
        var text = """{ "playbook": "p0", "version": "1.0.0", "title": "t", "steps": [ { "id": "pause", "wait": { "for": "PT1S" } } ] }""";
        var texts = new List<string> { text };
        for (var i = 1; i <= 4; i++)
            texts.Add($$"""{ "playbook": "p{{i}}", "version": "1.0.0", "title": "t", "steps": [ {{string.Join(", ", Enumerable.Range(0, 100).Select(copy => $$"""{ "id": "c{{copy}}", "playbook": { "name": "p{{i - 1}}", "version": "1.0.0", "sha256": "{{Digest(texts[^1])}}" } }"""))}} ] }""");

        Assert.Contains("PB1601", Codes(texts[^1], From([.. texts])));
    }

    [Theory]
    [InlineData("\"name\": \"inner\"", "\"name\": \"other\"", "The text calls itself 'inner' 1.0.0. Correct name and version.")]
    [InlineData("\"target\": \"${ inputs.model }\"", "", "The playbook needs 'target'. Add \"target\" to with.")]
    [InlineData("\"with\": {", "\"with\": { \"percnt\": 1,", "The playbook takes no 'percnt'. Did you mean 'percent'?")]
    [InlineData("\"with\": {", "\"with\": { \"somewhat\": 1,", "The playbook takes no 'somewhat'. Remove it.")]
    [InlineData("\"with\": {", "\"with\": { \"percent\": \"many\",", "The input 'percent' must be of type integer. Correct the value.")]
    public void What_does_not_fit_the_other_playbook_is_said_with_its_names(string own, string other, string said)
    {
        var step = Step(Inner).Replace(own, other, StringComparison.Ordinal);
        Assert.NotEqual(Step(Inner), step);

        var error = Assert.Single(Read.Errors(Outer(step), From(Inner)));
        Assert.Equal(said, $"{error.Message} {error.Remedy}");
    }

    [Fact]
    public void A_circle_is_told_in_the_order_of_its_playbooks()
    {
        var inner = $$"""{ "playbook": "inner", "version": "1.0.0", "title": "t", "steps": [ { "id": "again", "playbook": { "name": "outer", "version": "1.0.0", "sha256": "{{new string('0', 64)}}" } } ] }""";

        Assert.Contains("'outer' is inlined inside itself: outer → inner → outer.", Read.Errors(Outer(Step(inner)), From(inner)).Select(error => error.Message));
    }

    [Fact]
    public void Two_different_texts_are_both_kept()
    {
        var second = Inner.Replace("\"title\": \"t\"", "\"title\": \"second\"", StringComparison.Ordinal);
        var playbook = Read.Valid(Outer(Step(Inner, "one") + ", " + Step(second, "two") + ", " + Step(Inner, "three")), From(Inner, second));

        Assert.Equal([Inner, second], playbook.Inlined.Select(text => text.Text));
    }

    [Fact]
    public void A_model_is_the_same_inside_and_outside_where_the_input_was_given_its_name()
    {
        var inner = Inner.Replace("""{ "id": "isolate", "do": "model.isolate", "with": { "model": "${ inputs.target }" }, "onFailure": { "goto": "rejoin" } },""", "", StringComparison.Ordinal);
        Assert.NotEqual(Inner, inner);
        const string Isolate = """{ "id": "isolate", "do": "model.isolate", "with": { "model": "MODEL" } }, """;
        string[] Found(string model, string given) => Codes(Outer(Isolate.Replace("MODEL", model, StringComparison.Ordinal)
            + Step(inner).Replace("${ inputs.model }", given, StringComparison.Ordinal)), From(inner));

        Assert.Empty(Found("m", "m"));
        Assert.Empty(Found("${ inputs.model }", "${inputs.model}"));
        Assert.Equal(["PB1505"], Found("m", "other"));
        Assert.Equal(["PB1505"], Found("m", "${ inputs.model }"));
    }

    [Theory]
    [InlineData("\"target\": \"${ inputs.model }\"", "", "$.steps[0].playbook.with")]
    [InlineData(", \"with\": { \"target\": \"${ inputs.model }\" }", "", "$.steps[0].playbook")]
    public void An_input_that_is_missing_is_said_where_the_others_stand(string own, string other, string path)
    {
        var step = Step(Inner).Replace(own, other, StringComparison.Ordinal);
        Assert.NotEqual(Step(Inner), step);

        Assert.Equal(path, Assert.Single(Read.Errors(Outer(step), From(Inner))).Path);
    }

    [Theory]
    [InlineData("", new string[0])]
    [InlineData(", \"when\": \"${ inputs.model == 'm' }\"", new[] { "PB1503" })]
    [InlineData(", \"drill\": \"skip\"", new[] { "PB1503" })]
    public void The_step_that_recovers_may_stand_in_it_where_every_run_passes_it(string field, string[] expected)
    {
        var inner = Inner[..^" ] }".Length] + ", " + Recover.Replace("inputs.model", "inputs.target", StringComparison.Ordinal) + " ] }";
        var outer = Outer(Step(inner)[..^2] + field + " }").Replace(", " + Recover, "", StringComparison.Ordinal);

        Assert.Equal(expected, Codes(outer, From(inner)));
    }

    [Theory]
    [InlineData(7, new string[0])]
    [InlineData(8, new[] { "PB1602" })]
    public void It_is_a_block_like_the_others_that_it_stands_in(int around, string[] expected)
    {
        const string rest = """{ "playbook": "inner", "version": "1.0.0", "title": "t", "steps": [ { "id": "rest", "wait": { "for": "PT1S" } } ] }""";
        var step = Enumerable.Range(0, around).Aggregate(Step(rest).Replace(", \"with\": { \"target\": \"${ inputs.model }\" }", "", StringComparison.Ordinal),
            (inside, index) => $$"""{ "id": "b{{index}}", "forEach": { "items": [1], "maxItems": 1, "steps": [ {{inside}} ] } }""");

        Assert.Equal(expected, Codes($$"""{ "playbook": "outer", "version": "1.0.0", "title": "t", "steps": [ {{step}} ] }""", From(rest)));
    }

    [Fact]
    public void An_environment_is_asked_for_the_names_inside_too()
    {
        const string tell = """{ "playbook": "inner", "version": "1.0.0", "title": "t", "steps": [ { "id": "tell", "do": "notify", "with": { "channel": "nowhere", "text": "t" } } ] }""";
        var step = Step(tell).Replace(", \"with\": { \"target\": \"${ inputs.model }\" }", "", StringComparison.Ordinal);
        var playbook = Read.Valid($$"""{ "playbook": "outer", "version": "1.0.0", "title": "t", "steps": [ {{step}} ] }""", From(tell));

        Assert.Equal([("PB3201", "inner@1.0.0")], EnvironmentFit.Check(playbook, EnvironmentText.Valid(EnvironmentText.Drill), "playbook.json").Select(error => (error.Code, error.File)));
    }

    [Fact]
    public void Errors_come_file_by_file_and_in_the_order_of_their_lines()
    {
        var broken = Inner.Replace("inputs.target", "inputs.targt", StringComparison.Ordinal);
        var errors = Read.Errors(Outer(Step(broken)).Replace("\"PT4H\"", "\"soon\"", StringComparison.Ordinal), From(broken));

        Assert.Equal([("inner.json", 4), ("inner.json", 5), ("playbook.json", 1)], errors.Select(error => (error.File, error.Line)));
    }

    private static string Step(string inner, string id = "part") =>
        $$"""{ "id": "{{id}}", "playbook": { "name": "inner", "version": "1.0.0", "sha256": "{{Digest(inner)}}", "with": { "target": "${ inputs.model }" } } }""";

    private static string Outer(string steps) =>
        $$"""{ "playbook": "outer", "version": "1.0.0", "title": "t", "inputs": { "model": { "type": "string" } }, "objectives": { "rto": "PT4H" }, "steps": [ {{steps}}, {{Recover}} ] }""";

    private static Func<PlaybookPin, PlaybookSource?> From(params string[] texts) => pin =>
        texts.FirstOrDefault(text => Digest(text) == pin.Sha256) is { } found ? new PlaybookSource($"{pin.Name}.json", found)
        : texts.Length == 1 ? new PlaybookSource($"{pin.Name}.json", texts[0]) : null;

    private static string[] Codes(string text, Func<PlaybookPin, PlaybookSource?> from) => [.. Read.Errors(text, from).Select(error => error.Code)];

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
