using System.Text.RegularExpressions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Renderings;

namespace Playbooks.Tests.Renderings;

/// <summary>The part of Mermaid's grammar that the chart uses, line by line, so that no author's word can break it.</summary>
public partial class MermaidGraphTests
{
    private static readonly string Chart = MermaidGraph.Of(EveryKind.Playbook());
    private static readonly string[] Lines = Chart.TrimEnd('\n').Split('\n');

    [Fact]
    public void Every_line_is_one_that_Mermaid_takes()
    {
        Assert.Equal("flowchart TD", Lines[0]);
        Assert.All(Lines.Skip(1), line => Assert.Matches(Line(), line));
        Assert.Equal(Lines.Count(line => line.TrimStart().StartsWith("subgraph ", StringComparison.Ordinal)), Lines.Count(line => line.Trim() == "end"));
    }

    [Fact]
    public void Every_edge_joins_two_nodes_that_exist_and_every_node_but_the_first_is_reached()
    {
        var nodes = Lines.Select(line => Node().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value).ToList();
        var edges = Lines.Select(line => Edge().Match(line)).Where(match => match.Success).Select(match => (From: match.Groups["from"].Value, To: match.Groups["to"].Value)).ToList();
        Assert.Equal(nodes.Distinct(), nodes);
        Assert.All(edges, edge => { Assert.Contains(edge.From, nodes); Assert.Contains(edge.To, nodes); });
        Assert.All(nodes.Where(node => node != "begin"), node => Assert.Contains(node, edges.Select(edge => edge.To)));
    }

    [Theory]
    [InlineData("look", "fails", "pause")]
    [InlineData("go", "nobody decides", "both")]
    [InlineData("go", "approved", "promote")]
    [InlineData("go", "denied", "The run fails")]
    [InlineData("promote", "if the run fails later", "undo: Makes version 1 of ‹model› the current one.")]
    [InlineData("shift", "if the run fails later", "undo: isolates the model again")]
    [InlineData("attempt", "catch timeout, transient", "caught")]
    [InlineData("attempt", "catch any failure", "sub")]
    [InlineData("both", "left", "l")]
    [InlineData("r", "", "race")]
    [InlineData("o", "first to end", "poll")]
    [InlineData("which", "otherwise", "other")]
    [InlineData("stop", "", "The run fails")]
    [InlineData("ask", "not yet «index == #96;2#96;»", "poll")]
    [InlineData("shift", "next item", "ramp")]
    [InlineData("after", "", "report")]
    [InlineData("The run fails", "", "report")]
    [InlineData("last", "", "end")]
    public void A_way_is_drawn(string from, string label, string to)
    {
        var named = Lines.Select(line => Node().Match(line)).Where(match => match.Success).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["label"].Value);
        bool Is(string node, string words) => named[node] == words || named[node].StartsWith(words + "<br/>", StringComparison.Ordinal) || named[node].StartsWith(words + ":", StringComparison.Ordinal);
        Assert.Contains(Lines.Select(line => Edge().Match(line)).Where(match => match.Success),
            edge => Is(edge.Groups["from"].Value, from) && edge.Groups["label"].Value == label && Is(edge.Groups["to"].Value, to));
    }

    [Fact]
    public void What_ends_the_run_leads_to_finally_and_nowhere_else()
    {
        var read = PlaybookReader.Read(Repository.Read("playbooks/grading-poisoned/playbook.json"), "playbook.json");
        var lines = MermaidGraph.Of(Assert.IsType<ReadResult<Playbook>.Valid>(read).Value).Split('\n');
        var end = Assert.Single(lines.Select(line => Node().Match(line)), match => match.Groups["label"].Value.StartsWith("falseAlarm", StringComparison.Ordinal)).Groups["name"].Value;
        Assert.Equal(["finally1"], lines.Select(line => Edge().Match(line)).Where(match => match.Success && match.Groups["from"].Value == end).Select(match => match.Groups["to"].Value));
    }

    [Fact]
    public void What_recovers_stands_out() => Assert.Matches(@"\n    class s\d+ recovers\n$", Chart);

    private const string Label = "\"(?<label>([^\"<>&`|\\[\\]{}\\\\]|<br/>)*)\"";

    [GeneratedRegex($@"^ +((\w+)(\(\[{Label}\]\)|\[\[{Label}\]\]|\[/{Label}/\]|\[{Label}\]|\{{\{{{Label}\}}\}}|\{{{Label}\}}|\(\({Label}\)\)|\({Label}\))|\w+ (-->|-\.->)(\|{Label}\|)? \w+|subgraph \w+ \[{Label}\]|end|classDef recovers stroke-width:4px|class \w+ recovers)$")]
    private static partial Regex Line();

    [GeneratedRegex($@"^ +(?<name>\w+)[\[\(\{{/]+{Label}[\]\)\}}/]+$", RegexOptions.ExplicitCapture)]
    private static partial Regex Node();

    [GeneratedRegex($@"^ +(?<from>\w+) (-->|-\.->)(\|{Label}\|)? (?<to>\w+)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Edge();
}
