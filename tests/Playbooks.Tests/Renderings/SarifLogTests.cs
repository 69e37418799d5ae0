using System.Text.Json.Nodes;
using Playbooks.Core.Definitions;
using Playbooks.Core.Renderings;

namespace Playbooks.Tests.Renderings;

public class SarifLogTests
{
    private static readonly AuthorError[] Errors =
    [
        new("a b.json", 3, 14, "$.steps[0].do", ErrorCodes.UnknownAction.Code, "There is no action 'x'.", "Did you mean 'y'?"),
        new("a b.json", 9, 1, "restore", ErrorCodes.BudgetTooSmall.Code, "'restore' can take long.", "Raise the budget."),
    ];

    private static readonly JsonNode Log = JsonNode.Parse(SarifLog.Of(Errors, file => file.Replace(" ", "%20", StringComparison.Ordinal), "1.2.3"))!;
    private static JsonNode Run => Log["runs"]!.AsArray().Single()!;

    [Fact]
    public void The_log_says_what_it_is()
    {
        Assert.Equal("2.1.0", (string?)Log["version"]);
        Assert.Equal("utf16CodeUnits", (string?)Run["columnKind"]);
        Assert.Equal(("playbooks", "1.2.3"), ((string?)Run["tool"]!["driver"]!["name"], (string?)Run["tool"]!["driver"]!["version"]));
    }

    [Fact]
    public void Every_code_is_a_rule_with_its_remedy() => Assert.Equal(ErrorCodes.All.Select(code => (code.Code, code.Title, code.Remedy)),
        Run["tool"]!["driver"]!["rules"]!.AsArray().Select(rule => ((string)rule!["id"]!, (string)rule["shortDescription"]!["text"]!, (string)rule["help"]!["text"]!)));

    [Fact]
    public void Every_error_is_a_result_at_its_place()
    {
        var results = Run["results"]!.AsArray();
        Assert.Equal(["PB1203", "PB2101"], results.Select(result => (string)result!["ruleId"]!));
        Assert.Equal(["error", "warning"], results.Select(result => (string)result!["level"]!));
        Assert.All(results, result => Assert.Equal((string)result!["ruleId"]!, (string)Run["tool"]!["driver"]!["rules"]![(int)result["ruleIndex"]!]!["id"]!));
        var place = results[0]!["locations"]![0]!;
        Assert.Equal("a%20b.json", (string)place["physicalLocation"]!["artifactLocation"]!["uri"]!);
        Assert.Equal((3, 14), ((int)place["physicalLocation"]!["region"]!["startLine"]!, (int)place["physicalLocation"]!["region"]!["startColumn"]!));
        Assert.Equal("$.steps[0].do", (string)place["logicalLocations"]![0]!["fullyQualifiedName"]!);
        Assert.Equal("There is no action 'x'. Did you mean 'y'?", (string)results[0]!["message"]!["text"]!);
        Assert.Equal("Did you mean 'y'?", (string)results[0]!["properties"]!["remedy"]!);
    }

    [Fact]
    public void No_errors_are_an_empty_list_so_that_old_findings_are_closed() =>
        Assert.Empty(JsonNode.Parse(SarifLog.Of([], file => file, "1.0.0"))!["runs"]![0]!["results"]!.AsArray());
}
