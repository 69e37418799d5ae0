using System.Reflection;
using Playbooks.Connectors.Http;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;
using Playbooks.Core.Renderings;

namespace Playbooks.Tests.Renderings;

public class AuthorsReferenceTests
{
    /// <summary>Set to 1, this test writes the file instead of comparing it, as for the schema.</summary>
    private const string Regenerate = "PLAYBOOKS_WRITE_SCHEMA";
    private static readonly string Page = AuthorsReference.Generate();

    [Fact]
    public void The_stored_page_is_what_the_code_makes()
    {
        var path = Path.Combine(Repository.Root, "playbooks", "README.md");
        if (Environment.GetEnvironmentVariable(Regenerate) == "1")
            File.WriteAllText(path, Page);

        Assert.True(File.Exists(path) && File.ReadAllText(path) == Page, $"{path} is out of date: run this test once with {Regenerate}=1.");
    }

    [Fact]
    public void Every_limit_stands_on_it() => Assert.All(typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static), limit => Assert.Contains($"| `{limit.Name}` |", Page, StringComparison.Ordinal));

    [Fact]
    public void Every_code_action_failure_and_function_stands_on_it()
    {
        Assert.All(ErrorCodes.All, code => Assert.Contains($"| {code.Code} | {code.Title} | {code.Remedy.Replace("|", "\\|", StringComparison.Ordinal)} |", Page, StringComparison.Ordinal));
        Assert.All(Catalogue.Actions, action => Assert.Contains($"### `{action.Name}`", Page, StringComparison.Ordinal));
        Assert.All(Catalogue.Actions.SelectMany(action => action.Inputs.Concat(action.Outputs)), value => Assert.Contains($"| `{value.Name}` |", Page, StringComparison.Ordinal));
        Assert.All(Enum.GetValues<ErrorKind>(), kind => Assert.Contains($"| `{WireName.Of(kind)}` |", Page, StringComparison.Ordinal));
        Assert.All(FunctionTable.Names, name => Assert.Contains($"| `{name}(", Page, StringComparison.Ordinal));
    }

    [Fact]
    public void It_says_which_secrets_headers_may_refer_to()
    {
        Assert.Contains($"`env:{HeaderInput.SecretVariablePrefix}…`", Page, StringComparison.Ordinal);
        Assert.Contains($"`file:{HeaderInput.SecretFolder}…`", Page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_has_as_many_cells_in_each_row()
    {
        var lines = Page.Split('\n');
        for (var i = 1; i < lines.Length; i++)
        {
            if (lines[i].StartsWith('|') && lines[i - 1].StartsWith('|'))
                Assert.True(Cells(lines[i]) == Cells(lines[i - 1]), $"Line {i + 1}: {lines[i]}");
        }

        static int Cells(string line) => line.Replace("\\|", "", StringComparison.Ordinal).Count(letter => letter == '|');
    }

    [Fact]
    public void The_scenario_on_it_can_be_read()
    {
        var start = Page.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
        Assert.Equal("An approver says no", Playbooks.Core.Scenarios.ScenarioReader.Read(Page[start..Page.IndexOf("```", start, StringComparison.Ordinal)]).Title);
    }
}
