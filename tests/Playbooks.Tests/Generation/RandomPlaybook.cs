using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Decisions;

namespace Playbooks.Tests.Generation;

/// <summary>
/// A playbook made from a seed: every kind of step, nested, with what may stand beside it. It is written as a document and read by the reader,
/// so that whatever is tried with it could have been written by an author. The same seed gives the same text.
/// </summary>
internal sealed class RandomPlaybook
{
    private const string ChildText = """
        { "playbook": "child", "version": "1.0.0", "title": "A child", "objectives": {}, "inputs": { "who": { "type": "string" } },
          "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/${ inputs.who }" }, "onFailure": "continue" },
                     { "id": "pause", "wait": { "for": "PT3S" } },
                     { "id": "again", "do": "notify", "with": { "channel": "incidents", "text": "${ inputs.who }" }, "onFailure": "stop" } ] }
        """;

    private static readonly Playbook Child = Read(ChildText, "child.json", () => null);

    private readonly Dice dice;
    private int steps;

    private RandomPlaybook(ulong seed)
    {
        Seed = seed;
        dice = new Dice(seed, "playbook");
    }

    public ulong Seed { get; }
    public RunMode Mode { get; private set; }
    public string Text { get; private set; } = "";
    public Playbook Playbook { get; private set; } = Child;
    public JsonData Inputs { get; private set; } = JsonData.EmptyObject;

    public DeploymentEnvironment Environment => Environments.Of(Mode);

    /// <summary>Events that its waits wait for, each by a name of this list.</summary>
    public static ImmutableArray<string> Signals { get; } = ["vendorReady", "backupDone", "windowOpen"];

    /// <param name="model">That it is about, or an expression that names it.</param>
    /// <exception cref="InvalidOperationException">The reader refuses the text: a defect of this class, or of the reader.</exception>
    public static RandomPlaybook Make(ulong seed, string name = "random", string model = "grading")
    {
        var made = new RandomPlaybook(seed);
        made.Write();
        made.Text = made.Text.Replace("\"playbook\": \"random\"", $"\"playbook\": \"{name}\"", StringComparison.Ordinal)
            .Replace("\"model\": \"grading\"", $"\"model\": \"{model}\"", StringComparison.Ordinal);
        made.Playbook = Read(made.Text, $"seed-{seed}.json", () => new PlaybookSource("child", ChildText));
        return made;
    }

    private static Playbook Read(string text, string file, Func<PlaybookSource?> inlined) => PlaybookReader.Read(text, file, _ => inlined()) switch
    {
        ReadResult<Playbook>.Valid valid => valid.Value,
        ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException($"{file} is refused:\n{string.Join('\n', invalid.Errors)}\n{text}"),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private void Write()
    {
        Mode = dice.Percent(35) ? RunMode.Drill : RunMode.Live;
        Inputs = JsonData.Object(("model", JsonData.Of("grading")), ("flag", JsonData.Of(dice.Percent(50))), ("count", JsonData.Of(dice.Below(4))));
        var recovers = dice.Percent(45);
        var body = recovers ? Recovering() : List("", dice.Number(1, 5), depth: 0, mayEnd: true);
        var more = new List<string>();
        if (dice.Percent(30))
            more.Add($$""", "finally": [ {{Notify(Id(), "\"onFailure\": \"continue\"")}}{{(dice.Percent(50) ? ", " + Notify(Id(), "\"onFailure\": \"stop\"") : "")}} ], "finallyWithin": "PT{{dice.Number(1, 5)}}M" """);
        if (Mode == RunMode.Drill && dice.Percent(60))
            more.Add($$""", "drill": { "detectWithin": "PT{{dice.Number(1, 5)}}M", "inject": [ { "id": "{{Id()}}", "do": "chaos.corruptArtifact", "with": { "model": "grading", "ttl": "PT1H" } } ] } """);
        var rto = recovers && dice.Percent(70) ? $"\"rto\": \"PT{dice.OneOf(10, 60, 240)}M\"" : "";
        Text = $$"""
            { "playbook": "random", "version": "1.0.0", "title": "Random {{Seed.ToString(CultureInfo.InvariantCulture)}}", "objectives": { {{rto}} },
              "inputs": { "model": { "type": "string" }, "flag": { "type": "boolean" }, "count": { "type": "integer" } },
              "roles": { "approver": "approvers", "commander": "commanders" },
              "steps": [ {{body}} ]{{string.Concat(more)}} }
            """;
    }

    /// <summary>Isolates, does this and that, gives the model back and verifies.</summary>
    private string Recovering()
    {
        var written = new List<string> { $$"""{ "id": "{{Id()}}", "do": "model.isolate", "with": { "model": "grading" }{{Beside(retry: true, failure: ["stop", "ask"])}} }""" };
        for (var more = dice.Below(3); more > 0; more--)
            written.Add(Any("", depth: 1, mayEnd: false));
        if (dice.Percent(40))
            written.AddRange(Approved());
        if (dice.Percent(30))
            written.Add($$"""{ "id": "{{Id()}}", "forEach": { "items": [10, 50, 100], "maxItems": 3, "concurrency": 1, "steps": [ { "id": "{{Id()}}", "do": "model.rejoin", "with": { "model": "grading", "percent": "${ item }" }, "onFailure": "stop" } ] } }""");
        else
            written.Add($$"""{ "id": "{{Id()}}", "do": "model.rejoin", "with": { "model": "grading", "percent": 100 }{{Beside(retry: true, failure: ["stop", "ask"])}} }""");
        written.Add($$"""{ "id": "{{Id()}}", "do": "model.verify", "with": { "model": "grading" }, "recovers": true{{Beside(retry: true, failure: ["stop", "ask"])}} }""");
        for (var more = dice.Below(3); more > 0; more--)
            written.Add(Any("", depth: 1, mayEnd: false));
        return string.Join(",\n", written);
    }

    private string List(string item, int length, int depth, bool mayEnd)
    {
        var written = new List<string>();
        for (var i = 0; i < length; i++)
        {
            if (depth == 0 && dice.Percent(20))
                written.AddRange(Approved());
            else if (i < length - 1 && dice.Percent(10))
                written.AddRange(Jumping(item));
            else
                written.Add(Any(item, depth, mayEnd));
        }
        return string.Join(",\n", written);
    }

    /// <summary>A step that may jump over the next one.</summary>
    private IEnumerable<string> Jumping(string item)
    {
        var target = Id();
        yield return Get(Id(), item, $$""", "onFailure": { "goto": "{{target}}" }""");
        yield return Leaf(item);
        yield return Get(target, item, ", \"onFailure\": \"continue\"");
    }

    /// <summary>An approval and what it covers.</summary>
    private IEnumerable<string> Approved()
    {
        var covered = Id();
        var past = Id();
        var silence = dice.OneOf("", "", ", \"onTimeout\": \"deny\"", ", \"onTimeout\": \"proceed\"", $$""", "onTimeout": { "goto": "{{past}}" }""");
        yield return $$"""{ "id": "{{Id()}}", "approve": { "role": "approver", "quorum": {{dice.OneOf(1, 1, 2)}}, "message": "Promote for ${ inputs.model }?", "covers": ["{{covered}}"], "decideWithin": "PT{{dice.Number(2, 20)}}M"{{(dice.Percent(40) ? ", \"escalate\": [ { \"after\": \"PT1M\", \"role\": \"commander\" } ]" : "")}}{{silence}} } }""";
        yield return Promote(covered);
        yield return Get(past, "", ", \"onFailure\": \"continue\"");
    }

    private string Any(string item, int depth, bool mayEnd)
    {
        if (depth >= 3 || steps > 25)
            return Leaf(item);
        switch (dice.Below(mayEnd && depth == 0 ? 20 : 19))
        {
            case 0 or 1:
                return $$"""{ "id": "{{Id()}}", "parallel": { "branches": { "left": [ {{Inner(item, depth)}} ], "right": [ {{Inner(item, depth)}} ]{{(dice.Percent(30) ? $", \"third\": [ {Inner(item, depth)} ]" : "")}} }, "join": "{{dice.OneOf("all", "any")}}" }{{Around()}} }""";
            case 2 or 3:
                return $$"""{ "id": "{{Id()}}", "forEach": { "items": [{{string.Join(", ", Enumerable.Range(1, dice.Number(1, 4)))}}], "maxItems": 4, "concurrency": {{dice.Number(1, 3)}}{{(dice.Percent(30) ? $", \"stopAtErrorPercent\": {dice.OneOf(0, 25, 60)}" : "")}}, "steps": [ {{Inner("${ item }/${ index }", depth)}} ] }{{Around()}} }""";
            case 4 or 5:
                var look = Id();
                return $$"""{ "id": "{{Id()}}", "repeat": { "maxTimes": {{dice.Number(1, 4)}}, "every": "PT{{dice.Below(90)}}S", "until": "${ steps.{{look}}.output.body == 'ready' }", "steps": [ {{Get(look, "${ index }", ", \"onFailure\": \"stop\"")}}{{(dice.Percent(30) ? ", " + Leaf("${ index }") : "")}} ] }{{Around()}} }""";
            case 6:
                return $$"""{ "id": "{{Id()}}", "switch": [ { "when": "${ inputs.flag }", "steps": [ {{Inner(item, depth)}} ] }, { "when": "${ inputs.count > `1` }", "steps": [ {{Inner(item, depth)}} ] } ]{{(dice.Percent(60) ? $", \"default\": [ {Inner(item, depth)} ]" : "")}}{{Around()}} }""";
            case 7 or 8:
                return $$"""{ "id": "{{Id()}}", "try": { "steps": [ {{Inner(item, depth)}} ], "catch": [ { {{(dice.Percent(50) ? "\"on\": [\"not-found\", \"transient\", \"timeout\"], " : "")}}"steps": [ {{(dice.Percent(50) ? Leaf(item) : "")}} ] } ] }{{Around()}} }""";
            case 9:
                return $$"""{ "id": "{{Id()}}", "playbook": { "name": "child", "version": "1.0.0", "sha256": "{{Child.Digest}}", "with": { "who": "${ inputs.model }" } }{{Around()}} }""";
            case 19:
                return dice.Percent(50)
                    ? $$"""{ "id": "{{Id()}}", "when": "${ inputs.count == `{{dice.Below(4)}}` }", "fail": "no way for ${ inputs.model }" }"""
                    : $$"""{ "id": "{{Id()}}", "when": "${ inputs.count == `{{dice.Below(4)}}` }", "end": { "as": "{{dice.OneOf("completed", "stoodDown")}}", "reason": "nothing to do" } }""";
            default:
                return Leaf(item);
        }
    }

    private string Inner(string item, int depth) => List(item, dice.Number(1, 2), depth + 1, mayEnd: false);

    private string Leaf(string item)
    {
        var id = Id();
        switch (dice.Below(12))
        {
            case 0:
                return $$"""{ "id": "{{id}}", "wait": { "for": "PT{{dice.Number(1, 120)}}S" }{{When()}} }""";
            case 1:
                return $$"""{ "id": "{{id}}", "wait": { "event": "{{dice.OneOf(Signals.AsSpan())}}", "within": "PT{{dice.Number(1, 9)}}M" }{{Failure("stop", "continue", "continue", "ask")}} }""";
            case 2:
                return $$"""{ "id": "{{id}}", "wait": { "until": "2026-03-01T03:{{dice.Number(10, 59)}}:00Z", "atMost": "PT{{dice.Number(1, 9)}}M" } }""";
            case 3:
                return $$"""{ "id": "{{id}}", "task": { "role": "commander", "instructions": "Call about ${ inputs.model }.", "doneWithin": "PT{{dice.Number(1, 9)}}M" }{{Failure("stop", "continue", "continue", "ask")}} }""";
            case 4 or 5:
                return Promote(id);
            case 6 or 7:
                return Notify(id, Written(Failure("stop", "continue", "ask", "")));
            case 8:
                return $$"""{ "id": "{{id}}", "do": "http.request", "with": { "url": "https://a.example/{{item}}", "method": "POST" }{{When()}}{{Failure("stop", "continue", "ask", "")}} }""";
            default:
                return Get(id, item, Beside(retry: true, failure: ["stop", "continue", "continue", "ask"]));
        }
    }

    private static string Get(string id, string item, string more) => $$"""{ "id": "{{id}}", "do": "http.get", "with": { "url": "https://a.example/{{item}}" }{{more}} }""";

    private static string Notify(string id, string more) => $$"""{ "id": "{{id}}", "do": "notify", "with": { "channel": "incidents", "text": "${ inputs.model }" }{{(more.Length > 0 ? ", " + more : "")}} }""";

    private string Promote(string id) =>
        $$"""{ "id": "{{id}}", "do": "artifacts.promote", "with": { "model": "grading", "version": {{dice.Number(2, 9)}} }, "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 1 } }{{Beside(retry: true, failure: ["stop", "ask", ""])}} }""";

    private string Beside(bool retry, string[] failure) => $"{Timeout()}{(retry ? Retry() : "")}{Budget()}{Failure(failure)}";

    private string Around() => $"{(dice.Percent(25) ? $", \"timeout\": \"PT{dice.Number(1, 8)}M\"" : "")}{When()}{Budget()}{Failure("", "stop", "continue", "ask")}";

    private string Timeout() => dice.Percent(50) ? $", \"timeout\": \"PT{dice.Number(5, 150)}S\"" : "";

    private string Retry() => dice.Percent(50)
        ? $$""", "retry": { "attempts": {{dice.Number(1, 4)}}, "interval": "PT{{dice.Number(1, 9)}}S", "backoff": {{dice.OneOf("1", "2", "1.5")}}, "maxInterval": "PT{{dice.Number(10, 40)}}S", "on": ["transient", "throttled"{{(dice.Percent(50) ? ", \"timeout\"" : "")}}] }"""
        : "";

    private string Budget() => dice.Percent(15) ? $", \"budget\": \"PT{dice.Number(1, 90)}S\"" : "";

    private string When() => dice.Percent(15) ? $", \"when\": \"${{ inputs.count > `{dice.Below(4)}` }}\"" : "";

    private string Failure(params string[] words)
    {
        var word = dice.OneOf(words.AsSpan());
        return word.Length == 0 ? "" : $", \"onFailure\": \"{word}\"" + (word == "ask" ? $", \"askWithin\": \"PT{dice.Number(1, 9)}M\"" : "");
    }

    private static string Written(string more) => more.TrimStart(',', ' ');

    private string Id() => string.Create(CultureInfo.InvariantCulture, $"s{++steps}");
}
