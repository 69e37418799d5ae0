using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Renderings;

/// <summary>Authors' errors as SARIF 2.1.0, for pull requests and editors that read it.</summary>
public static class SarifLog
{
    private const string Warnings = "PB21";
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The log's text, the same for the same errors, with a final newline. Rules are all codes there are, so that an index never changes with the findings.</summary>
    /// <param name="uriOf">What a file is called in the log: a relative path with slashes, or an absolute URI.</param>
    public static string Of(IEnumerable<AuthorError> errors, Func<string, string> uriOf, string toolVersion)
    {
        var log = new JsonObject
        {
            ["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject { ["name"] = "playbooks", ["version"] = toolVersion, ["rules"] = new JsonArray([.. ErrorCodes.All.Select(Rule)]) },
                },
                // Columns are counted as editors count them.
                ["columnKind"] = "utf16CodeUnits",
                ["results"] = new JsonArray([.. errors.Select(error => Result(error, uriOf))]),
            }),
        };
        return log.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Rule(ErrorCode code) => new()
    {
        ["id"] = code.Code,
        ["shortDescription"] = new JsonObject { ["text"] = code.Title },
        ["help"] = new JsonObject { ["text"] = code.Remedy },
        ["defaultConfiguration"] = new JsonObject { ["level"] = Level(code.Code) },
    };

    private static JsonObject Result(AuthorError error, Func<string, string> uriOf) => new()
    {
        ["ruleId"] = error.Code,
        ["ruleIndex"] = ErrorCodes.All.IndexOf(ErrorCodes.Find(error.Code)!),
        ["level"] = Level(error.Code),
        ["message"] = new JsonObject { ["text"] = $"{error.Message} {error.Remedy}" },
        ["locations"] = new JsonArray(new JsonObject
        {
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject { ["uri"] = uriOf(error.File) },
                ["region"] = new JsonObject { ["startLine"] = error.Line, ["startColumn"] = error.Column },
            },
            ["logicalLocations"] = new JsonArray(new JsonObject { ["fullyQualifiedName"] = error.Path }),
        }),
        ["properties"] = new JsonObject { ["remedy"] = error.Remedy },
    };

    private static string Level(string code) => code.StartsWith(Warnings, StringComparison.Ordinal) ? "warning" : "error";
}
