using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Core.Timing;

namespace Playbooks.Tests.Definitions;

/// <summary>Bad documents that are too large, too many or too entangled to stand in a row: made here, with every code and place that they must give.</summary>
public class MadeDocumentTests
{
    private const string Head = """{ "playbook": "p", "version": "1.0.0", "title": "t", """;
    private const string Wait = """{ "id": "pause", "wait": { "for": "PT1S" } }""";
    private const string Promote = """{ "id": "promote", "do": "artifacts.promote", "with": { "model": "m", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 1 } } }""";
    private const string Isolate = """{ "id": "isolate", "do": "model.isolate", "timeout": "PT1M", "with": { "model": "m" } }""";
    private const string Back = """{ "id": "rejoin", "do": "model.rejoin", "timeout": "PT1M", "with": { "model": "m", "percent": 100 } }, { "id": "well", "do": "model.verify", "timeout": "PT10M", "with": { "model": "m" }, "recovers": true }""";
    private const string Restore = """{ "id": "restore", "do": "artifacts.restore", "timeout": "PT1M", "with": { "model": "m", "version": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 2 } } }""";
    private const string Inner = """{ "playbook": "inner", "version": "1.0.0", "title": "t", "steps": [ { "id": "call", "wait": { "for": "PT1S" } } ] }""";

    private static readonly Dictionary<string, (string Expected, Func<IEnumerable<AuthorError>> Read)> Documents = new()
    {
        ["a byte more than 256 KiB"] = ("PB1002 at 1:1", () => Read.Errors(new string(' ', Limits.DocumentMaxBytes) + "1")),
        ["arrays 33 deep"] = ($"PB1003 at 1:{Head.Length + "\"classification\": { \"a\": ".Length + 31}",
            () => Read.Errors(Head + "\"classification\": { \"a\": " + new string('[', 31) + new string(']', 31) + " } }")),
        ["201 unknown fields"] = (string.Join(", ", Enumerable.Range(0, 200).Select(i => $"PB1103 at {i + 2}:1")) + ", PB1004 at 1:1",
            () => Read.Errors("{" + string.Concat(Enumerable.Range(0, 201).Select(i => $"\n\"x{i}\": 1,")) + $"\n{Head[1..]} \"steps\": [ {Wait} ] }}")),
        ["501 steps"] = ("PB1601 at 1:22455", () => Read.Errors(Head + "\"steps\": [ " + string.Join(", ", Enumerable.Range(0, 501).Select(i => $$"""{ "id": "s{{i}}", "wait": { "for": "PT1S" } }""")) + " ] }")),
        ["blocks nine deep"] = ("PB1602 at 1:626", () => Read.Errors(Steps(Enumerable.Range(0, 9).Aggregate(Wait, (inner, i) => $$"""{ "id": "b{{i}}", "forEach": { "items": [1], "maxItems": 1, "steps": [ {{inner}} ] } }""")))),
        ["100 times 100 instances and the blocks"] = ("PB1603 at 1:54", () => Read.Errors(Steps(Each("a", 100, Each("b", 100, Wait))))),
        ["101 undos"] = ("PB1604 at 1:54", () => Read.Errors(Steps(Each("a", 101, Promote)))),
        ["an expression of 4,097 bytes"] = ("PB1607 at 1:119", () => Read.Errors(Steps($$"""{ "id": "look", "do": "http.get", "with": { "url": "{{"${ '" + new string('x', 4_093) + "' }"}}" } }"""))),
        ["five playbooks inside each other"] = ("PB1606 at 1:94", () =>
        {
            var texts = new List<string> { Inner };
            for (var i = 1; i <= 5; i++)
                texts.Add($$"""{ "playbook": "p{{i}}", "version": "1.0.0", "title": "t", "steps": [ {{Pinned(i == 1 ? "inner" : $"p{i - 1}", texts[^1])}} ] }""");
            return Read.Errors(texts[^1], From([.. texts]));
        }),
        ["an inlined text that was changed"] = ("PB1702 at 1:142", () => Read.Errors(Steps(Pinned("inner", Inner)), _ => new PlaybookSource("inner.json", Inner + " "))),
        ["a circle"] = ("PB1703 at 1:97", () =>
        {
            var inner = Inner.Replace("\"wait\": { \"for\": \"PT1S\" }", "\"playbook\": { \"name\": \"p\", \"version\": \"1.0.0\", \"sha256\": \"" + new string('0', 64) + "\" }", StringComparison.Ordinal);
            return Read.Errors(Steps(Pinned("inner", inner)), From(inner));
        }),
        ["a finally inside"] = ("PB1704 at 1:93", () =>
        {
            var inner = Inner.Replace("\"steps\"", "\"finally\": [ { \"id\": \"report\", \"do\": \"evidence.publish\" } ], \"steps\"", StringComparison.Ordinal);
            return Read.Errors(Steps(Pinned("inner", inner)), From(inner));
        }),
        ["the same version twice"] = ("PB1705 at 1:1", () => PlaybookSet.Check([new(Read.Valid(Steps(Wait)), "a.json"), new(Read.Valid(Steps(Wait) + " "), "b.json")])),
        ["a worst case beyond the RTO"] = ("PB2001 at 1:1", () => Proof.Of(Read.Valid(With("\"objectives\": { \"rto\": \"PT12M29S\" }, ", $"{Isolate}, {Back}"))).Errors),
        ["an isolation beyond degradedWithin"] = ("PB2002 at 1:1", () => Proof.Of(Read.Valid(With("\"objectives\": { \"rto\": \"PT1H\", \"degradedWithin\": \"PT59S\" }, ", $"{Isolate}, {Back}"))).Errors),
        ["a failure before the isolation"] = ("PB2003 at 2:1", () => Proof.Of(Read.Valid(With("", $$"""{{"\n"}}{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } }, {{Isolate}}, {{Back}}"""))).Errors),
        ["a restore without erasures"] = ("PB2004 at 2:1", () => Proof.Of(Read.Valid(With("", $"{Isolate},\n{Restore}, {Back}"))).Errors),
        ["a budget that is too small"] = ("PB2101 at 1:1", () => Proof.Of(Read.Valid(With("", $"{Isolate.Replace("\"with\"", "\"budget\": \"PT59S\", \"with\"", StringComparison.Ordinal)}, {Back}"))).Warnings),
        ["a finally that is too long"] = ("PB2102 at 1:1", () => Proof.Of(Read.Valid(With("\"finallyWithin\": \"PT1M\", \"finally\": [ { \"id\": \"report\", \"do\": \"evidence.publish\" } ], ", Wait))).Warnings),
        ["a live environment with drill settings"] = ("PB3006 at 16:7, PB3006 at 32:3", () => EnvironmentText.Errors(EnvironmentText.Drill.Replace("\"kind\": \"drill\"", "\"kind\": \"live\"", StringComparison.Ordinal))),
        ["two environments with one name"] = ("PB3103 at 2:11", () => Both(other => other.Replace("\"name\": \"other\"", "\"name\": \"drill\"", StringComparison.Ordinal))),
        ["two environments with one account"] = ("PB3101 at 4:46", () => Both(other => other.Replace("env:OTHER_STORAGE", "env:DRILL_STORAGE", StringComparison.Ordinal))),
        ["two environments with one key"] = ("PB3102 at 31:119", () => Both(other => other.Replace("env:OTHER_EVIDENCE_KEY", "env:EVIDENCE_KEY", StringComparison.Ordinal))),
        ["a drill for a live environment"] = ("PB3202 at 1:54", () => EnvironmentFit.Check(Read.Valid(With("""
            "drill": { "detectWithin": "PT1M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "grading", "fault": "down", "ttl": "PT1M" } } ] }, 
            """.TrimEnd('\n'), Wait)), LiveEnvironment(), "playbook.json", asDrill: true)),
    };

    public static TheoryData<string> Names => [.. Documents.Keys];

    /// <summary>Codes that a row of this table gives.</summary>
    internal static IEnumerable<string> Codes => Documents.Values.SelectMany(document => document.Expected.Split(", ")).Select(error => error.Split(' ')[0]);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_document_is_refused(string name)
    {
        var (expected, read) = Documents[name];
        var errors = read().ToList();
        Assert.Equal(expected, string.Join(", ", errors.Select(error => $"{error.Code} at {error.Line}:{error.Column}")));
        Assert.All(errors, error => Assert.True(error.Message.Length > 0 && error.Remedy.Length > 0, error.ToString()));
    }

    private static string Steps(string steps) => With("", steps);

    private static string With(string fields, string steps) => $"{Head}{fields}\"steps\": [ {steps} ] }}";

    private static string Each(string id, int maxItems, string body) => $$"""{ "id": "{{id}}", "forEach": { "items": "${ [`1`] }", "maxItems": {{maxItems}}, "steps": [ {{body}} ] } }""";

    private static string Pinned(string name, string text) => $$"""{ "id": "part", "playbook": { "name": "{{name}}", "version": "1.0.0", "sha256": "{{Digest(text)}}" } }""";

    private static Func<PlaybookPin, PlaybookSource?> From(params string[] texts) => pin =>
        texts.FirstOrDefault(text => Digest(text) == pin.Sha256) is { } found ? new PlaybookSource($"{pin.Name}.json", found) : null;

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static ImmutableArray<AuthorError> Both(Func<string, string> share)
    {
        var other = EnvironmentText.Drill.Replace("\"name\": \"drill\"", "\"name\": \"other\"", StringComparison.Ordinal).Replace("env:DRILL", "env:OTHER", StringComparison.Ordinal)
            .Replace("127.0.0.1:508", "127.0.0.2:508", StringComparison.Ordinal).Replace("status.university", "other.university", StringComparison.Ordinal)
            .Replace("file:keys/artifacts.pem", "file:other/artifacts.pem", StringComparison.Ordinal).Replace("env:EVIDENCE_KEY", "env:OTHER_EVIDENCE_KEY", StringComparison.Ordinal);
        return EnvironmentSet.Check([new(EnvironmentText.Valid(EnvironmentText.Drill), "drill.json"), new(EnvironmentText.Valid(share(other)), "other.json")]);
    }

    private static DeploymentEnvironment LiveEnvironment() => EnvironmentText.Valid(EnvironmentText.Drill.Replace("\"kind\": \"drill\"", "\"kind\": \"live\"", StringComparison.Ordinal)
        .Replace(",\n      \"faults\": \"http://127.0.0.1:5081/faults\"", "", StringComparison.Ordinal)
        .Replace(",\n  \"drill\": { \"holdAtMost\": \"PT5S\", \"raiseAlert\": true, \"scriptedApprover\": \"drill-script\" }", "", StringComparison.Ordinal));
}
