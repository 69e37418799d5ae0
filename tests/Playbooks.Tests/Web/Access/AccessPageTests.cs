using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;
using Playbooks.Web.SignIn;
using Playbooks.Web.Tokens;

namespace Playbooks.Tests.Web.Access;

/// <summary>What the page about access says is what the code does.</summary>
public partial class AccessPageTests
{
    private static readonly string Page = Repository.Read("docs/access.md").ReplaceLineEndings("\n");
    private static readonly AccessRole[] Roles = Enum.GetValues<AccessRole>();

    [Fact]
    public void The_table_on_the_page_is_the_table_in_the_code()
    {
        var made = Enum.GetValues<Operation>().Select(operation => $"| `{WireName.Of(operation)}` |{string.Concat(Roles.Select(role => AccessTable.RolesFor(operation).Contains(role) ? " yes |" : " |"))}");
        Assert.Equal([$"| operation | {string.Join(" | ", Roles.Select(WireName.Of))} |", "|---|---|---|---|---|---|", .. made], Page.Split('\n').SkipWhile(line => !line.StartsWith("| operation", StringComparison.Ordinal)).TakeWhile(line => line.StartsWith('|')));
    }

    [Fact]
    public void Every_operation_stands_in_the_table_and_only_looking_changes_nothing()
    {
        Assert.All(Enum.GetValues<Operation>(), operation => Assert.NotEmpty(AccessTable.RolesFor(operation)));
        Assert.Empty(AccessTable.RolesFor((Operation)int.MaxValue));
        Assert.All(Enum.GetValues<Operation>().Where(operation => AccessTable.RolesFor(operation).Contains(AccessRole.Auditor)), operation => Assert.True(AccessTable.OnlyLooks(operation)));
    }

    [Fact]
    public void The_page_names_what_it_needs()
    {
        Assert.All(typeof(Playbooks.Hosting.SignInVariables).GetFields().Where(field => field.IsLiteral), field => Assert.Contains((string)field.GetRawConstantValue()!, Page, StringComparison.Ordinal));
        string[] said = [PersonTokens.Scope, PersonTokens.ReadRole, SignInPaths.Callback, PeopleDirectory.EntraPrefix, SignInSettings.Development.Prefix, "A sign-in lasts one hour"];
        Assert.All(said, words => Assert.Contains(words, Page, StringComparison.Ordinal));
        Assert.Equal(TimeSpan.FromHours(1), SignInHost.Lasts);
        Assert.All(RefusedEvents().Matches(Page).Select(match => match.Value), name => Assert.Contains(name, EventNames.ByType.Values));
    }

    [Fact]
    public void The_example_is_an_environment()
    {
        var example = JsonNode.Parse("{" + Page.Split("```json\n")[1].Split("```")[0] + "}")!;
        var text = $$"""
            { "name": "campus", "kind": "live", "storage": { "main": { "connectionString": "env:MAIN" }, "vault": { "connectionString": "env:VAULT" } },
              "roles": {{example["roles"]!.ToJsonString()}}, "access": {{example["access"]!.ToJsonString()}},
              "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" }, "signing": { "artifactsPublic": "file:a.pem", "evidence": "file:e.pem" } }
            """;
        Assert.IsType<ReadResult<DeploymentEnvironment>.Valid>(EnvironmentReader.Read(text, "environment.json"));
    }

    [GeneratedRegex(@"\w+\.refused")]
    private static partial Regex RefusedEvents();
}
