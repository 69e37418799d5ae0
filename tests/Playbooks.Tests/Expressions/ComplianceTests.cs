using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Expressions;

/// <summary>The official cases of the JMESPath project, read in place.</summary>
public class ComplianceTests
{
    private const int OfficialCases = 908;

    [Fact]
    public void Every_official_case_of_the_standard_comes_out_as_it_should()
    {
        var cases = Directory.GetFiles(SharedData.FolderOrSkip("jmespath-compliance"), "*.json").Order().SelectMany(CasesOf).ToArray();
        var failures = cases.Select(c => (Case: c, Actual: Outcome(c))).Where(c => c.Actual != c.Case.Expected)
            .Select(c => $"{c.Case.File}: {c.Case.Expression}\n    expected {c.Case.Expected}\n    actual   {c.Actual}").ToArray();
        Assert.True(failures.Length == 0, $"{failures.Length} of {cases.Length} cases fail:\n{string.Join('\n', failures)}");
        Assert.Equal(OfficialCases, cases.Length);
    }

    private static IEnumerable<Case> CasesOf(string file) =>
        from suite in JsonData.Parse(File.ReadAllText(file)).Elements
        from data in suite["cases"]!.Elements
        select new Case(Path.GetFileName(file), suite["given"]!, data["expression"]!.AsString()!, (data["error"], data["result"]) switch
        {
            ({ } error, _) => error.AsString()!,
            (_, { } result) => Sorted(result),
            _ => "measured only",
        });

    private static string Outcome(Case data)
    {
        var (expression, parseError) = Expression.Parse(data.Expression);
        if (expression is null)
            return Name(parseError!.Kind);
        // The checker walks whatever parses.
        Assert.False(expression.References().IsDefault);
        var (value, error) = expression.Evaluate(data.Given);
        return error is not null ? Name(error.Kind) : data.Expected == "measured only" ? data.Expected : Sorted(value!);
    }

    private static string Sorted(JsonData value) => System.Text.Encoding.UTF8.GetString(value.Canonical());

    private static string Name(ExpressionErrorKind kind) => kind switch
    {
        ExpressionErrorKind.Syntax => "syntax",
        ExpressionErrorKind.InvalidType => "invalid-type",
        ExpressionErrorKind.InvalidArity => "invalid-arity",
        ExpressionErrorKind.InvalidValue => "invalid-value",
        ExpressionErrorKind.UnknownFunction => "unknown-function",
        _ => kind.ToString(),
    };

    private sealed record Case(string File, JsonData Given, string Expression, string Expected);
}
