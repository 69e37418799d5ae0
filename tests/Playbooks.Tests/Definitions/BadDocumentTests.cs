using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

/// <summary>The form of the document around the steps.</summary>
public class BadDocumentTests
{
    private const string Head = """{ "playbook": "p", "version": "1.0.0", "title": "t", """;
    private const string Steps = """ "steps": [ { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } } ] }""";

    [Theory]
    // Text
    [InlineData("PB1001", "{ \"playbook\": §x }")]
    [InlineData("PB1001", "§")]
    [InlineData("PB1101", "§[]")]
    // At the door: what two readers could take for two documents, or one reader chokes on late
    [InlineData("PB1001", """{ "playbook": "p", §"playbook": "q", "version": "1.0.0", "title": "t", """ + Steps)]
    [InlineData("PB1001", Head + """ "owner": "a\u0062", "classification": { "deep": [ { "a": 1, §"\u0061": 2 } ] }, """ + Steps)]
    [InlineData("PB1001", Head + """ "owner": "a§\ud800", """ + Steps)]
    [InlineData("PB1001", Head + """ "owner": "§\udc00\ud800", """ + Steps)]
    [InlineData("PB1001", Head + """ "classification": { "x§\udfff": 1 }, """ + Steps)]
    [InlineData("PB1001", Head + """ "classification": { "x": §1e9999 }, """ + Steps)]
    [InlineData("PB1001", Head + """ "title2": §NaN, """ + Steps)]
    [InlineData("PB1001", "§\uFEFF" + Head + Steps)]
    [InlineData("PB1001", Head + Steps + " §// why")]
    // Fields
    [InlineData("PB1102", """§{ "version": "1.0.0", "title": "t", """ + Steps)]
    [InlineData("PB1108", Head + """ "editors": §[], """ + Steps)]
    [InlineData("PB1101", Head + """ "editors": [§1], """ + Steps)]
    [InlineData("PB1108", Head + """ "editors": §["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17"], """ + Steps)]
    [InlineData("PB1103", Head + """ §"ownr": "x", """ + Steps)]
    // What is long is shown in part, and no character in half
    [InlineData("PB1103", Head + """ §"oooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo": 1, """ + Steps)]
    [InlineData("PB1103", Head + """ §"oooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo": 1, """ + Steps)]
    [InlineData("PB1103", Head + """ §"oooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooo😀ooooooooo": 1, """ + Steps)]
    [InlineData("PB1111", """{ "playbook": "p", "version": §"111111111111111111111111111111111111111111111111111111111111111111111111111111111111111111", "title": "t", """ + Steps)]
    [InlineData("PB1111", """{ "playbook": "p", "version": §"111111111111111111111111111111111111111111111111111111111111111111111111111111", "title": "t", """ + Steps)]
    [InlineData("PB1111", """{ "playbook": "p", "version": §"11111111111111111111111111111111111111111111111111111111111111111111111111111😀11111111111111111111", "title": "t", """ + Steps)]
    [InlineData("PB1106", """{ "playbook": §"Not A Name", "version": "1.0.0", "title": "t", """ + Steps)]
    [InlineData("PB1111", """{ "playbook": "p", "version": §"1.0", "title": "t", """ + Steps)]
    [InlineData("PB1111", """{ "playbook": "p", "version": §"1.0.01", "title": "t", """ + Steps)]
    [InlineData("PB1108", """{ "playbook": "p", "version": "1.0.0", "title": §"", """ + Steps)]
    [InlineData("PB1101", """{ "playbook": "p", "version": "1.0.0", "title": §7, """ + Steps)]
    [InlineData("PB1101", Head + """ "steps": §{} }""")]
    [InlineData("PB1108", Head + """ "steps": §[] }""")]
    [InlineData("PB1101", Head + """ "steps": [ §"isolate" ] }""")]
    // Durations
    [InlineData("PB1107", Head + """ "finallyWithin": §"5 minutes", """ + Steps)]
    [InlineData("PB1107", Head + """ "finallyWithin": §"PT0S", """ + Steps)]
    [InlineData("PB1107", Head + """ "finallyWithin": §"P31D", """ + Steps)]
    [InlineData("PB1107", Head + """ "finallyWithin": §"P1M", """ + Steps)]
    [InlineData("PB1107", Head + """ "finallyWithin": §"-PT5M", """ + Steps)]
    [InlineData("PB1101", Head + """ "finallyWithin": §300, """ + Steps)]
    // Defaults and retry
    [InlineData("PB1103", Head + """ "defaults": { §"timeouts": "PT1M" }, """ + Steps)]
    [InlineData("PB1105", Head + """ "defaults": { "retry": { "attempts": §0 } }, """ + Steps)]
    [InlineData("PB1105", Head + """ "defaults": { "retry": { "attempts": §101 } }, """ + Steps)]
    [InlineData("PB1105", Head + """ "defaults": { "retry": { "attempts": §1.5 } }, """ + Steps)]
    [InlineData("PB1105", Head + """ "defaults": { "retry": { "backoff": §0.5 } }, """ + Steps)]
    [InlineData("PB1104", Head + """ "defaults": { "retry": { "on": ["transient", §"timeuot"] } }, """ + Steps)]
    [InlineData("PB1115", Head + """ "defaults": { "retry": { "on": ["transient", §"transient"] } }, """ + Steps)]
    [InlineData("PB1107", Head + """ "defaults": { "retry": §{ "interval": "PT1M", "maxInterval": "PT30S" } }, """ + Steps)]
    // Inputs
    [InlineData("PB1106", Head + """ "inputs": { §"Model": { "type": "string", "default": "m" } }, """ + Steps)]
    [InlineData("PB1102", Head + """ "inputs": { "model": §{} }, """ + Steps)]
    [InlineData("PB1104", Head + """ "inputs": { "model": { "type": §"text" } }, """ + Steps)]
    [InlineData("PB1110", Head + """ "inputs": { "model": { "type": "string", "pattern": §"(" } }, """ + Steps)]
    [InlineData("PB1110", Head + """ "inputs": { "model": { "type": "string", "pattern": §"(?=a)b" } }, """ + Steps)]
    [InlineData("PB1110", Head + """ "inputs": { "model": { "type": "integer", "pattern": §"[0-9]" } }, """ + Steps)]
    [InlineData("PB1114", Head + """ "inputs": { "model": { "type": "string", "pattern": "^[a-z]+$", "default": §"A" } }, """ + Steps)]
    [InlineData("PB1114", Head + """ "inputs": { "model": { "type": "string", "enum": ["a", §1] } }, """ + Steps)]
    [InlineData("PB1114", Head + """ "inputs": { "model": { "type": "string", "enum": ["a"], "default": §"b" } }, """ + Steps)]
    // Roles, classification, owner
    [InlineData("PB1106", Head + """ "roles": { §"ml approver": "g" }, """ + Steps)]
    [InlineData("PB1101", Head + """ "roles": { "approver": §["g"] }, """ + Steps)]
    [InlineData("PB1101", Head + """ "classification": §"high", """ + Steps)]
    // Triggers
    [InlineData("PB1802", Head + """ "triggers": [ §{} ], """ + Steps)]
    [InlineData("PB1802", Head + """ "triggers": [ §{ "alert": {}, "schedule": "0 4 * * 2" } ], """ + Steps)]
    [InlineData("PB1802", Head + """ "triggers": [ §{ "deadLetters": { "queue": "jobs", "atLeast": 10 }, "alert": {} } ], """ + Steps)]
    [InlineData("PB1101", Head + """ "triggers": [ { "deadLetters": §"jobs" } ], """ + Steps)]
    [InlineData("PB1102", Head + """ "triggers": [ { "deadLetters": §{ "atLeast": 10 } } ], """ + Steps)]
    [InlineData("PB1102", Head + """ "triggers": [ { "deadLetters": §{ "queue": "jobs" } } ], """ + Steps)]
    [InlineData("PB1103", Head + """ "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": 10, §"atMost": 20 } } ], """ + Steps)]
    [InlineData("PB1103", Head + """ "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": 10 }, §"drill": true } ], """ + Steps)]
    [InlineData("PB1105", Head + """ "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": §0 } } ], """ + Steps)]
    [InlineData("PB1105", Head + """ "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": §1000001 } } ], """ + Steps)]
    [InlineData("PB1106", Head + """ "triggers": [ { "deadLetters": { "queue": §"Jobs dead", "atLeast": 10 } } ], """ + Steps)]
    [InlineData("PB1801", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ §{ "deadLetters": { "queue": "jobs", "atLeast": 10 } } ], """ + Steps)]
    [InlineData("PB1302", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": 1 }, "inputs": { "model": "${ §run.id }" } } ], """ + Steps)]
    [InlineData("PB1305", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "deadLetters": { "queue": "jobs", "atLeast": 1 }, "inputs": { "model": "${ §alert.queue }" } } ], """ + Steps)]
    [InlineData("PB1109", Head + """ "triggers": [ { "schedule": §"0 4 * *" } ], """ + Steps)]
    [InlineData("PB1109", Head + """ "triggers": [ { "schedule": §"60 4 * * 2" } ], """ + Steps)]
    [InlineData("PB1109", Head + """ "triggers": [ { "schedule": §"0 4 * * 2/0" } ], """ + Steps)]
    [InlineData("PB1103", Head + """ "triggers": [ { "alert": { §"rules": "x" } } ], """ + Steps)]
    [InlineData("PB1801", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ §{ "schedule": "0 4 * * 2" } ], """ + Steps)]
    [InlineData("PB1307", Head + """ "triggers": [ { "schedule": "0 4 * * 2", "inputs": { §"model": "x" } } ], """ + Steps)]
    [InlineData("PB1114", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "schedule": "0 4 * * 2", "inputs": { "model": §1 } } ], """ + Steps)]
    [InlineData("PB1302", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "schedule": "0 4 * * 2", "inputs": { "model": "${ §alert.rule }" } } ], """ + Steps)]
    [InlineData("PB1302", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "alert": {}, "inputs": { "model": "${ §steps.look.output.body }" } } ], """ + Steps)]
    [InlineData("PB1305", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "alert": {}, "inputs": { "model": "${ §alert.customPropertes.model }" } } ], """ + Steps)]
    // Concurrency
    [InlineData("PB1102", Head + """ "concurrency": §{ "onConflict": "attach" }, """ + Steps)]
    [InlineData("PB1104", Head + """ "concurrency": { "key": "k", "onConflict": §"wait" }, """ + Steps)]
    [InlineData("PB1302", Head + """ "concurrency": { "key": "${ §run.id }" }, """ + Steps)]
    [InlineData("PB1307", Head + """ "concurrency": { "key": "${ §inputs.model }" }, """ + Steps)]
    // Drill, finally
    [InlineData("PB1102", Head + """ "drill": §{ "inject": [] }, """ + Steps)]
    [InlineData("PB1212", Head + """ "drill": { "detectWithin": "PT1M", "inject": [ §{ "id": "pause", "wait": { "for": "PT1S" } } ] }, """ + Steps)]
    [InlineData("PB1306", Head + """ "drill": { "detectWithin": "PT1M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "${ §alert.model }", "fault": "down", "ttl": "PT1H" } } ] }, """ + Steps)]
    [InlineData("PB1306", Head + """ "drill": { "detectWithin": "PT1M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "${ §run.deadline }", "fault": "down", "ttl": "PT1H" } } ] }, """ + Steps)]
    [InlineData("PB1305", Head + """ "drill": { "detectWithin": "PT1M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "${ §run.somewhat }", "fault": "down", "ttl": "PT1H" } } ] }, """ + Steps)]
    [InlineData("PB1212", Head + """ "finally": [ §{ "id": "pause", "wait": { "for": "PT1S" } } ], """ + Steps)]
    [InlineData("PB1205", Head + """ "finally": [ { "id": "report", "do": "evidence.publish", "onFailure": §"ask" } ], """ + Steps)]
    [InlineData("PB1204", Head + """ "finally": [ { "id": §"look", "do": "evidence.publish" } ], """ + Steps)]
    [InlineData("PB1306", Head + """ "finally": [ { "id": "tell", "do": "notify", "with": { "channel": "c", "text": "${ §steps.look.output.status }" } } ], """ + Steps)]
    [InlineData("PB1231", Head + """ "finally": [ { "id": "promote", "do": "artifacts.promote", "with": { "model": "m", "version": 1 }, §"undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 2 } } } ], """ + Steps)]
    [InlineData("PB1503", Head + """ "finally": [ { "id": "check", "do": "model.verify", "with": { "model": "m" }, §"recovers": true } ], """ + Steps)]
    [InlineData("PB1504", Head + """ "objectives": { "rto": §"PT4H" }, """ + Steps)]
    [InlineData("PB1107", Head + """ "objectives": { "rto": §"4 hours" }, """ + Steps)]
    [InlineData("PB1302", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "schedule": "0 4 * * 2", "inputs": { "model": "${ §@ }" } } ], """ + Steps)]
    [InlineData("PB1211", Head + """ "finally": [ { "id": "break", "do": §"chaos.modelFault", "with": { "model": "m", "fault": "down", "ttl": "PT1H" } } ], """ + Steps)]
    [InlineData("PB1503", Head + """ "drill": { "detectWithin": "PT1M", "inject": [ { "id": "break", "do": "model.verify", "with": { "model": "m" }, §"recovers": true } ] }, """ + Steps)]
    [InlineData("PB1104", Head + """ "inputs": { "model": { "type": §"sting" } }, """ + Steps)]
    [InlineData("PB1104", Head + """ "inputs": { "model": { "type": §7 } }, """ + Steps)]
    [InlineData("PB1104", Head + """ "inputs": { "model": { "type": §"sting", "enum": ["a"] } }, """ + Steps)]
    [InlineData("PB1101", Head + """ "inputs": { "model": { "type": "string", "enum": §"low" } }, """ + Steps)]
    [InlineData("PB1101", """{ "playbook": "p", "version": "1.0.0", "title": §null, """ + Steps)]
    [InlineData("PB1201", Head + """ "finally": [ §{ "id": "a" } ], """ + Steps)]
    [InlineData("PB1102", Head + """ "finally": [ { "id": "a", "wait": §{} } ], """ + Steps)]
    [InlineData("PB1801", Head + """ "inputs": { "model": { "type": "string" } }, "triggers": [ { "schedule": "0 4 * * 2", "inputs": §{} } ], """ + Steps)]
    [InlineData("PB1101", Head + """ "triggers": [ { "alert": §7 } ], """ + Steps)]
    [InlineData("PB1101", Head + """ "triggers": [ { "alert": { "severity": §7 } } ], """ + Steps)]
    [InlineData("PB1101", Head + """ "triggers": [ { "alert": {}, "inputs": §7 } ], """ + Steps)]
    public void A_document_is_refused(string code, string marked) => Marked.Check(code, marked, text => Read.Errors(text));

    [Theory]
    [InlineData(Head + """ "drill": { "detectWithin": "PT1M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "${ to_string(run) }", "fault": "down", "ttl": "PT1H" } } ] }, """ + Steps)]
    [InlineData(Head + """ "inputs": { "more": { "type": "object" } }, "steps": [ { "id": "no", "fail": "${ inputs.more.name }" } ] }""")]
    [InlineData(Head + """ "inputs": { "more": { "type": "array" } }, "steps": [ { "id": "no", "fail": "${ inputs.more.name }" } ] }""")]
    [InlineData(Head + """ "triggers": [], """ + Steps)]
    public void A_document_is_taken(string text) => Assert.Empty(Read.Errors(text));

    [Fact]
    public void A_concurrency_rule_is_read_with_its_key()
    {
        var rule = Read.Valid(Head + """ "inputs": { "model": { "type": "string" } }, "concurrency": { "key": "of ${ inputs.model }", "onConflict": "queue", "cooldown": "PT0S" }, """ + Steps).Concurrency!;

        Assert.Equal(("of ${ inputs.model }", OnConflict.Queue, TimeSpan.Zero), (rule.Key.Text, rule.OnConflict, rule.Cooldown));
    }

    [Fact]
    public void An_error_about_the_whole_text_points_at_all_of_it()
    {
        var large = Assert.Single(Read.Errors(new string(' ', 256 * 1024 + 1)));
        var binary = Assert.Single(Assert.IsType<ReadResult<Playbook>.Invalid>(PlaybookReader.Read([0xff], "playbook.json")).Errors);
        var many = Read.Errors("{ " + string.Join(", ", Enumerable.Range(0, 300).Select(index => $"\"x{index}\": 1")) + " }")[^1];

        Assert.Equal([("PB1002", "$"), ("PB1001", "$"), ("PB1004", "$")], new[] { large, binary, many }.Select(error => (error.Code, error.Path)));
    }

    [Fact]
    public void A_document_beyond_256_KiB_is_refused_unread() =>
        Assert.Equal("PB1002", Assert.Single(Read.Errors(new string(' ', 256 * 1024) + "{}")).Code);

    [Fact]
    public void JSON_nested_deeper_than_32_says_so() =>
        Assert.Equal("PB1003", Assert.Single(Read.Errors(Head + "\"classification\": { \"a\": " + new string('[', 40) + new string(']', 40) + " }, " + Steps)).Code);

    [Fact]
    public void Errors_come_all_at_once_in_the_order_of_the_text()
    {
        var errors = Read.Errors("""
            { "playbook": "p", "version": "1", "title": "",
              "steps": [ { "id": "A", "do": "model.isolat", "with": { "model": "m" } },
                         { "id": "b", "do": "http.get", "with": { "url": "${ steps. }" } } ] }
            """);

        Assert.Equal(["PB1111", "PB1108", "PB1106", "PB1203", "PB1301"], errors.Select(error => error.Code));
        Assert.Contains("'model.isolate'", errors[3].Remedy, StringComparison.Ordinal);
        Assert.Equal("$.steps[0].do", errors[3].Path);
    }
}
