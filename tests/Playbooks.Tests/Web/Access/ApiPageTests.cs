using System.Text.RegularExpressions;
using Playbooks.Web.Api;

namespace Playbooks.Tests.Web.Access;

/// <summary>What the page about the API says is what the API does.</summary>
public partial class ApiPageTests
{
    private static readonly string Page = Repository.Read("docs/api.md").ReplaceLineEndings("\n");

    [Fact]
    public void The_page_names_every_kind_of_problem_and_no_other()
    {
        var sources = Directory.GetFiles(Path.Combine(Repository.Root, "src", "Playbooks.Web", "Api"), "*.cs").Select(File.ReadAllText);
        var known = sources.SelectMany(source => Problems().Matches(source).Select(match => match.Groups[1].Value)).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(known, Rows().Matches(Page).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_names_what_it_needs() => Assert.All([ApiDescription.Path, RunApi.Prefix, ApiProblem.TypePrefix, "Idempotency-Key", "(50; at most 200)", $"{ApiLimits.BodyMaxBytes / 1024} KiB", "PLAYBOOKS_TOKEN"],
        said => Assert.Contains(said, Page, StringComparison.Ordinal));

    [GeneratedRegex("""Of\(http, (?:StatusCodes\.\w+|bad\.StatusCode), "([a-z-]+)",""")]
    private static partial Regex Problems();

    [GeneratedRegex(@"^\| `([a-z-]+)` \| \d{3}", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
