using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>Every limit has its own error, one step beyond it.</summary>
public class LimitTests
{
    private const string Promote = """{ "id": "promote", "do": "artifacts.promote", "with": { "model": "m", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 1 } } }""";

    [Fact]
    public void Steps()
    {
        Assert.Equal(Limits.StepsMax, Read.Valid(Marked.Around(Waits(Limits.StepsMax))).Steps.Length);
        Assert.Equal("PB1601", Assert.Single(Read.Errors(Marked.Around(Waits(Limits.StepsMax + 1)))).Code);
    }

    [Fact]
    public void Blocks_inside_blocks()
    {
        Assert.Empty(Read.Errors(Marked.Around($"[ {Nested(Limits.BlocksNestedMax)} ]")));
        Assert.Equal("PB1602", Assert.Single(Read.Errors(Marked.Around($"[ {Nested(Limits.BlocksNestedMax + 1)} ]"))).Code);
    }

    [Fact]
    public void Step_instances_are_the_product_of_the_bounds()
    {
        var most = Marked.Around("[ " + Each("a", 99, Each("b", 100, Wait("pause"))) + " ]");
        Assert.Empty(Read.Errors(most));
        Assert.Equal("PB1603", Assert.Single(Read.Errors(Marked.Around("[ " + Each("a", 100, Each("b", 100, Wait("pause"))) + " ]"))).Code);
        foreach (var edge in new[] { """ "finally": [ { "id": "report", "do": "evidence.publish" } ],""", """ "drill": { "detectWithin": "PT1M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "m", "fault": "down", "ttl": "PT1M" } } ] },""" })
            Assert.Equal(["A run could have 10001 step instances, more than 10000."], Read.Errors(most.Replace("\"steps\": [ { \"id\": \"a\"", edge + "\"steps\": [ { \"id\": \"a\"", StringComparison.Ordinal)).Select(error => error.Message));
    }

    [Fact]
    public void Undo_records()
    {
        Assert.Empty(Read.Errors(Marked.Around("[ " + Each("a", 100, Promote) + " ]")));
        Assert.Equal("PB1604", Assert.Single(Read.Errors(Marked.Around("[ " + Each("a", 101, Promote) + " ]"))).Code);
    }

    [Fact]
    public void More_errors_than_are_worth_listing_end_with_one_that_says_so()
    {
        var errors = Read.Errors(Marked.Around("[ " + string.Join(", ", Enumerable.Range(0, 400).Select(i => $$"""{ "id": "s{{i}}", "do": "nothing" }""")) + " ]"));

        Assert.Equal((201, "PB1004"), (errors.Count, errors[^1].Code));
    }

    private static string Waits(int count) => "[ " + string.Join(", ", Enumerable.Range(0, count).Select(i => Wait($"s{i}"))) + " ]";

    private static string Wait(string id) => $$"""{ "id": "{{id}}", "wait": { "for": "PT1S" } }""";

    private static string Each(string id, int maxItems, string body) => $$"""{ "id": "{{id}}", "forEach": { "items": "${ inputs.many }", "maxItems": {{maxItems}}, "steps": [ {{body}} ] } }""";

    /// <summary>Each level takes three of JSON's 32.</summary>
    private static string Nested(int blocks) => Enumerable.Range(0, blocks).Aggregate(Wait("pause"), (inner, i) => $$"""{ "id": "b{{i}}", "forEach": { "items": [1], "maxItems": 1, "steps": [ {{inner}} ] } }""");
}
