using System.Reflection;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>The tables of bad documents, looked at together. Each row is checked by its own test for exactly the code and place that it names.</summary>
public class EveryErrorCodeTests
{
    private const int DocumentsMin = 100;

    private static readonly Type[] Tables = [typeof(BadDocumentTests), typeof(BadStepTests), typeof(BadExpressionTests), typeof(EnvironmentReaderTests), typeof(EnvironmentFitTests)];

    /// <summary>Rows that begin with a code and hold a document with the place marked.</summary>
    private static readonly (string Code, string Document)[] Rows =
    [
        .. from table in Tables
           from method in table.GetMethods()
           from row in method.GetCustomAttributes<InlineDataAttribute>()
           where row.Data is [string code, ..] && code.StartsWith("PB", StringComparison.Ordinal) && row.Data.Skip(1).Any(value => value is string text && text.Contains('§', StringComparison.Ordinal))
           select ((string)row.Data[0]!, $"{method.DeclaringType!.Name} {string.Join('\0', row.Data.Skip(1))}"),
    ];

    [Fact]
    public void Every_code_is_given_by_a_bad_document() =>
        Assert.Empty(ErrorCodes.All.Select(code => code.Code).Except(Rows.Select(row => row.Code)).Except(MadeDocumentTests.Codes));

    [Fact]
    public void No_document_stands_in_the_tables_twice() => Assert.Empty(Rows.GroupBy(row => row.Document).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void The_tables_are_large_enough_to_mean_something() => Assert.True(Rows.Length >= DocumentsMin, $"{Rows.Length} documents");
}
