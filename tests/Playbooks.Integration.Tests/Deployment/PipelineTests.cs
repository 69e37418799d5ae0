using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Playbooks.Cli.Verbs;
using Playbooks.Tests;
using YamlDotNet.RepresentationModel;

namespace Playbooks.Integration.Tests.Deployment;

/// <summary>The examples of pipelines can be read, and what they call exists.</summary>
public partial class PipelineTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs", "pipelines"), "*.yml").Select(file => Path.GetFileName(file))];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_command_of_ours_in_a_pipeline_is_one_that_the_command_line_takes(string file)
    {
        var commands = Commands(Repository.Read("docs/pipelines/" + file));

        Assert.NotEmpty(commands);
        Assert.All(commands, command => Assert.Empty(Wrong(command)));
    }

    [Fact]
    public void A_command_or_an_option_that_does_not_exist_is_found()
    {
        Assert.NotEmpty(Wrong("validate --environmental azure"));
        Assert.NotEmpty(Wrong("prove"));
        Assert.NotEmpty(Wrong("validated"));
    }

    /// <summary>An option that is none is taken for the name of a playbook where a verb takes several.</summary>
    private static IEnumerable<string> Wrong(string command)
    {
        var parsed = RootVerb.Create().Parse(command);
        return parsed.Errors.Select(error => error.Message).Concat(parsed.Tokens.Where(token => token.Type == TokenType.Argument && token.Value.StartsWith('-')).Select(token => token.Value));
    }

    /// <summary>What follows the program's name in the steps of all jobs.</summary>
    private static List<string> Commands(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        var jobs = (YamlMappingNode)((YamlMappingNode)stream.Documents[0].RootNode).Children["jobs"];
        return
        [
            .. jobs.Children.Values.SelectMany(job => (YamlSequenceNode)((YamlMappingNode)job).Children["steps"]).OfType<YamlMappingNode>().Where(step => step.Children.ContainsKey("run"))
                .SelectMany(step => $"{step.Children["run"]}".Split('\n')).Select(line => Call().Match(line)).Where(call => call.Success).Select(call => call.Groups[1].Value.Trim()),
        ];
    }

    [GeneratedRegex(@"^\s*playbooks\s+([^>|]+)")]
    private static partial Regex Call();
}
