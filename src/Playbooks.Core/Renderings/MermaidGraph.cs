using System.Globalization;
using System.Text;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Renderings;

/// <summary>
/// A playbook as a Mermaid flowchart: the way through the steps, jumps, catch arms, undos and finally. Nodes first, blocks as subgraphs,
/// then all edges. Names of nodes are numbers of ours, so that no id of an author can be a word of Mermaid.
/// </summary>
public sealed class MermaidGraph
{
    private const string Begin = "begin", Failed = "failed", Over = "over";

    private readonly StringBuilder nodes = new("flowchart TD\n");
    private readonly List<string> edges = [];
    private readonly List<Exit> ended = [];
    private int count;
    private int depth = 1;
    private string? recovers;

    private MermaidGraph() { }

    /// <summary>The chart's text, the same each time, with a final newline.</summary>
    public static string Of(Playbook playbook)
    {
        var graph = new MermaidGraph();
        graph.Draw(playbook);
        return graph.nodes.Append(string.Concat(graph.edges.Select(edge => $"    {edge}\n"))).ToString();
    }

    /// <summary>Where the way goes on from: a node, and what is written on the edge that leaves it.</summary>
    private readonly record struct Exit(string Node, string Label = "");

    private void Draw(Playbook playbook)
    {
        Node(Begin, "([", "])", playbook.Title);
        var exits = List(playbook.Steps, [new Exit(Begin)]);
        Node(Failed, "([", "])", "The run fails: isolate at once, drain, undo in reverse");
        Connect([.. exits, .. ended], playbook.Finally.IsEmpty ? Over : "finally1");
        Connect([new Exit(Failed)], playbook.Finally.IsEmpty ? Over : "finally1");
        if (!playbook.Finally.IsEmpty)
        {
            Open($"finally, within {PlainWords.Of(playbook.FinallyWithin)}");
            for (var i = 1; i <= playbook.Finally.Length; i++)
            {
                Node(string.Create(CultureInfo.InvariantCulture, $"finally{i}"), "[", "]", [.. Words(playbook.Finally[i - 1])]);
                Connect([new Exit(string.Create(CultureInfo.InvariantCulture, $"finally{i}"))],
                    i == playbook.Finally.Length ? Over : string.Create(CultureInfo.InvariantCulture, $"finally{i + 1}"));
            }
            Close();
        }
        Node(Over, "((", "))", "end");
        if (recovers is not null)
        {
            nodes.Append("    classDef recovers stroke-width:4px\n");
            edges.Add($"class {recovers} recovers");
        }
    }

    /// <summary>Steps one after the other. A jump arrives beside whatever comes from the step before.</summary>
    private List<Exit> List(IEnumerable<Step> steps, IEnumerable<Exit> from)
    {
        var (exits, jumps) = (from.ToList(), new List<(string Target, Exit Exit)>());
        foreach (var step in steps)
        {
            exits.AddRange(jumps.Where(jump => jump.Target == step.Id).Select(jump => jump.Exit));
            var node = string.Create(CultureInfo.InvariantCulture, $"s{++count}");
            Connect(exits, node);
            if (step.OnFailure is OnFailure.Goto failed)
                jumps.Add((failed.Step, new Exit(node, "fails")));
            if (step is Step.Approve { OnTimeout: OnTimeout.Goto late })
                jumps.Add((late.Step, new Exit(node, "nobody decides")));
            exits = Draw(step, node);
        }
        return exits;
    }

    private List<Exit> Draw(Step step, string node)
    {
        switch (step)
        {
            case Step.Do action:
                Node(node, "[", "]", [.. Words(step)]);
                Undo(action, node);
                if (action.Recovers)
                    recovers = node;
                return [new Exit(node)];
            case Step.Approve approve:
                Node(node, "{{", "}}", [.. Words(step)]);
                Dotted(node, approve.OnTimeout is OnTimeout.Deny ? "denied, or nobody decides" : "denied", Failed);
                return [new Exit(node, approve.OnTimeout is OnTimeout.Proceed ? "approved, or nobody decides" : "approved")];
            case Step.ManualTask:
                Node(node, "[/", "/]", [.. Words(step)]);
                return [new Exit(node, "confirmed")];
            case Step.Wait:
                Node(node, "(", ")", [.. Words(step)]);
                return [new Exit(node)];
            case Step.Finish finish:
                Node(node, "([", "])", [.. Words(step)]);
                if (finish.As == FinishAs.Failed)
                    Connect([new Exit(node)], Failed);
                else
                    ended.Add(new Exit(node));
                return [];
            default:
                return Block(step, node);
        }
    }

    private List<Exit> Block(Step step, string node)
    {
        Open(step.Title ?? step.Id);
        Node(node, step is Step.Switch ? "{" : "[[", step is Step.Switch ? "}" : "]]", [.. Words(step)]);
        var exits = step switch
        {
            Step.Parallel { Join: var join } parallel => [.. parallel.Branches.SelectMany(branch => List(branch.Steps, [new Exit(node, branch.Name)]))
                .Select(exit => exit with { Label = join == Join.Any ? "first to end" : exit.Label })],
            Step.ForEach forEach => Loop(List(forEach.Steps, [new Exit(node, "each item")]), node, "next item", "all done"),
            Step.Repeat repeat => Loop(List(repeat.Steps, [new Exit(node, "each round")]), node, $"not yet {PlainWords.Of(repeat.Until)}", PlainWords.Of(repeat.Until)),
            Step.Switch choice => [.. choice.Arms.SelectMany(arm => List(arm.Steps, [new Exit(node, PlainWords.Of(arm.When))])), .. List(choice.Default, [new Exit(node, "otherwise")])],
            Step.Try attempt => [.. List(attempt.Steps, [new Exit(node)]), .. attempt.Catch.SelectMany(arm => List(arm.Steps, [new Exit(node, Caught(arm))]))],
            Step.Inline inline => List(inline.Steps, [new Exit(node)]),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        Close();
        return exits;
    }

    private List<Exit> Loop(List<Exit> body, string node, string again, string done)
    {
        foreach (var exit in body)
            Dotted(exit.Node, again, node);
        return [.. body.Select(exit => exit with { Label = done })];
    }

    private static string Caught(CatchArm arm) => arm.On.IsEmpty ? "catch any failure" : $"catch {string.Join(", ", arm.On.Select(WireName.Of))}";

    private void Undo(Step.Do action, string node)
    {
        if (action.Undo is { } undo)
            Node($"{node}u", "([", "])", $"undo: {PlainWords.Does(undo.Action, undo.With)}");
        else if (action.Action.Name == Catalogue.Rejoin)
            Node($"{node}u", "([", "])", "undo: isolates the model again");
        else
            return;
        Dotted(node, "if the run fails later", $"{node}u");
    }

    /// <summary>Name and purpose, then what is not to be overlooked.</summary>
    private static IEnumerable<string> Words(Step step)
    {
        yield return step.Title is { } title ? $"{step.Id}: {title}" : step.Id;
        yield return step switch
        {
            Step.Do action => action.Action.Name,
            Step.Approve approve => $"{approve.Quorum} of {approve.Role} within {PlainWords.Of(approve.DecideWithin)}; covers {string.Join(", ", approve.Covers)}",
            Step.ManualTask task => $"{task.Role} by hand within {PlainWords.Of(task.DoneWithin)}",
            Step.Wait { For: WaitFor.Duration wait } => $"wait {PlainWords.Of(wait.Time)}",
            Step.Wait { For: WaitFor.Instant wait } => $"wait until {PlainWords.Of(wait.At)}, at most {PlainWords.Of(wait.Latest)}",
            Step.Wait { For: WaitFor.Signal wait } => $"wait for the event {wait.Name}, at most {PlainWords.Of(wait.Within)}",
            Step.Parallel parallel => $"parallel, {(parallel.Join == Join.Any ? "any" : "all")} of the branches",
            Step.ForEach forEach => $"for each of {PlainWords.Of(forEach.Items)}, {forEach.Concurrency} at once",
            Step.Repeat repeat => $"repeat, at most {repeat.MaxTimes} times",
            Step.Switch => "which?",
            Step.Try => "try",
            Step.Inline inline => $"playbook {inline.Playbook} {inline.Version}",
            Step.Finish finish => $"{(finish.As == FinishAs.Failed ? "fails" : WireName.Of(finish.As))}: {PlainWords.Of(finish.Reason)}",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (step is Step.Do { Recovers: true })
            yield return "recovers: the RTO clock stops here";
        if (step.When is { } when)
            yield return $"only when {PlainWords.Of(when)}";
        if (step.OnFailure is OnFailure.Continue)
            yield return "a failure is passed over";
        if (step.OnFailure is OnFailure.Ask)
            yield return "a failure asks a person";
        if (step.InDrill != InDrill.Run)
            yield return step.InDrill == InDrill.Skip ? "skipped in drills" : "simulated in drills";
    }

    private void Node(string name, string open, string close, params string[] lines) =>
        Line($"{name}{open}\"{string.Join("<br/>", lines.Select(Escaped))}\"{close}");

    private void Open(string title)
    {
        Line(string.Create(CultureInfo.InvariantCulture, $"subgraph block{++count} [\"{Escaped(title)}\"]"));
        depth++;
    }

    private void Close()
    {
        depth--;
        Line("end");
    }

    private void Line(string text) => nodes.Append(' ', depth * 4).Append(text).Append('\n');

    private void Connect(IEnumerable<Exit> from, string to)
    {
        foreach (var exit in from.Distinct())
            edges.Add(exit.Label.Length == 0 ? $"{exit.Node} --> {to}" : $"{exit.Node} -->|\"{Escaped(exit.Label)}\"| {to}");
    }

    private void Dotted(string from, string label, string to) => edges.Add($"{from} -.->|\"{Escaped(label)}\"| {to}");

    /// <summary>Inside quotes Mermaid takes anything but quotes; # begins its own escapes, a backtick Markdown, and &lt; HTML.</summary>
    private static string Escaped(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            safe.Append(letter switch
            {
                '#' or '"' or '<' or '>' or '&' or '`' or '\\' or '|' or '[' or ']' or '{' or '}' => string.Create(CultureInfo.InvariantCulture, $"#{(int)letter};"),
                _ when char.IsControl(letter) => " ",
                _ => letter.ToString(),
            });
        }
        return safe.ToString();
    }
}
