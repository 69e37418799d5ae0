using System.Text.Json.Nodes;

namespace Playbooks.Tests.Cli;

public class DiffVerbTests
{
    private const string Good = """{ "playbook": "p", "version": "1.0.0", "title": "t", "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] }""";

    [Fact]
    public async Task Diff_ends_like_diff()
    {
        using var folder = new PlaybookFolder();
        var old = folder.Write("old.json", Good);
        var same = folder.Write("same.json", Good.Replace(" ", "\n", StringComparison.Ordinal));
        var other = folder.Write("other.json", Good.Replace("\"do\"", "\"timeout\": \"PT9M\", \"do\"", StringComparison.Ordinal));

        Assert.Equal(0, (await CliRun.OfAsync("diff", old, same, "--playbooks", folder.Path)).ExitCode);
        var run = await CliRun.OfAsync("diff", old, other, "--playbooks", folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("~ look.timeout: PT2M → PT9M", run.Output, StringComparison.Ordinal);
        Assert.Contains("LESS SAFE  look: It may take longer: PT2M became PT9M.", run.Output, StringComparison.Ordinal);
        var json = JsonNode.Parse((await CliRun.OfAsync("diff", old, other, "--playbooks", folder.Path, "--json")).Output)!;
        Assert.Equal((true, "changed", "timeout"), ((bool)json["differ"]!, (string)json["changes"]![0]!["kind"]!, (string)json["changes"]![0]!["field"]!));
    }
}
