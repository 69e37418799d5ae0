namespace Playbooks.Tests.Definitions;

/// <summary>Rules about steps, in the order of the language's page.</summary>
public class BadStepTests
{
    private const string Look = """{ "id": "look", "do": "http.get", "with": { "url": "https://a.example/" } }""";
    private const string Isolate = """{ "id": "isolate", "do": "model.isolate", "with": { "model": "m" } }""";
    private const string Rejoin = """{ "id": "rejoin", "do": "model.rejoin", "with": { "model": "m", "percent": 100 } }""";
    private const string Recover = """{ "id": "well", "do": "model.verify", "with": { "model": "m" }, "recovers": true }""";
    private const string Promote = """{ "id": "promote", "do": "artifacts.promote", "with": { "model": "m", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 1 } } }""";

    [Theory]
    // Form
    [InlineData("PB1201", """[ §{ "id": "a" } ]""")]
    [InlineData("PB1202", """[ §{ "id": "a", "wait": { "for": "PT1S" }, "fail": "no" } ]""")]
    [InlineData("PB1102", """[ §{ "wait": { "for": "PT1S" } } ]""")]
    [InlineData("PB1106", """[ { "id": §"a-b", "wait": { "for": "PT1S" } } ]""")]
    [InlineData("PB1204", "[ " + Look + """, { "id": §"look", "wait": { "for": "PT1S" } } ]""")]
    [InlineData("PB1204", "[ " + Look + """, { "id": "all", "parallel": { "branches": { "one": [ { "id": §"look", "wait": { "for": "PT1S" } } ] } } } ]""")]
    [InlineData("PB1103", """[ { "id": "a", "wait": { "for": "PT1S" }, §"wen": "${ inputs.model }" } ]""")]
    [InlineData("PB1205", """[ { "id": "a", "wait": { "for": "PT1S" }, §"retry": { "attempts": 2 } } ]""")]
    [InlineData("PB1205", """[ { "id": "a", "wait": { "for": "PT1S" }, §"timeout": "PT2S" } ]""")]
    [InlineData("PB1205", """[ { "id": "a", "parallel": { "branches": { "one": [ """ + Look + """ ] } }, §"recovers": true } ]""")]
    [InlineData("PB1205", """[ { "id": "a", "fail": "no", §"onFailure": "continue" } ]""")]
    [InlineData("PB1104", """[ { "id": "a", "wait": { "for": "PT1S" }, "drill": §"simulated" } ]""")]
    [InlineData("PB1104", """[ { "id": "a", "wait": { "for": "PT1S" }, "onFailure": §"contine" } ]""")]
    // Actions
    [InlineData("PB1203", """[ { "id": "a", "do": §"model.isolat", "with": { "model": "m" } } ]""")]
    [InlineData("PB1220", """[ §{ "id": "a", "do": "http.get" } ]""")]
    [InlineData("PB1220", """[ { "id": "a", "do": "http.get", "with": §{ "expectStatus": 200 } } ]""")]
    [InlineData("PB1221", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", §"header": {} } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": §7 } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": §null } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", "expectStatus": §600 } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", "expectStatus": §"20${ inputs.percent }" } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "model.verify", "with": { "model": "m", "through": §"gatway" } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "model.verify", "with": { "model": "m", "hold": §"5 minutes" } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "artifacts.lastKnownGood", "with": { "model": "m", "before": §"yesterday" } } ]""")]
    [InlineData("PB1230", """[ { "id": "a", "do": "http.request", "with": { "url": "https://a.example/", "method": "POST" }, "retry": { "on": §["timeout"] } } ]""")]
    [InlineData("PB1211", """[ { "id": "a", "do": §"chaos.modelFault", "with": { "model": "m", "fault": "down", "ttl": "PT1M" } } ]""")]
    [InlineData("PB1213", """[ { "id": "a", "drill": §"simulate", "do": "notify", "with": { "channel": "c", "text": "t" } } ]""")]
    [InlineData("PB1301", """[ { "id": "a", "do": "deadletters.reprocess", "with": { "queue": "q", "filter": "reason ==§" } } ]""")]
    [InlineData("PB1233", """[ { "id": "a", "do": §"artifacts.promote", "with": { "model": "m", "version": 1 } } ]""")]
    [InlineData("PB1231", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/" }, §"undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 1 } } } ]""")]
    [InlineData("PB1231", """[ { "id": "a", "do": "artifacts.preserve", "with": { "model": "m" }, §"undo": { "do": "artifacts.promote", "with": { "model": "m", "version": 1 } } } ]""")]
    [InlineData("PB1231", """[ { "id": "a", "do": "model.rejoin", "with": { "model": "m", "percent": 1 }, §"undo": { "do": "model.isolate", "with": { "model": "m" } } } ]""")]
    [InlineData("PB1232", """[ { "id": "a", "do": "artifacts.promote", "with": { "model": "m", "version": 1 }, "undo": { "do": §"http.request", "with": { "url": "https://a.example/", "method": "PUT" } } } ]""")]
    [InlineData("PB1220", """[ { "id": "a", "do": "artifacts.promote", "with": { "model": "m", "version": 1 }, "undo": { "do": "artifacts.promote", "with": §{ "model": "m" } } } ]""")]
    [InlineData("PB1303", """[ { "id": "a", "do": "artifacts.promote", "with": { "model": "m", "version": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": "${ §steps.b.output.version }" } } } ]""")]
    [InlineData("PB1304", """[ { "id": "a", "do": "artifacts.promote", "with": { "model": "m", "version": 1 }, "undo": { "do": "artifacts.promote", "with": { "model": "m", "version": "${ §steps.a.output.version }" } } } ]""")]
    // Jumps
    [InlineData("PB1206", "[ " + Look + """, { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"look" } } ]""")]
    [InlineData("PB1206", """[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"nowhere" } }, """ + Look + " ]")]
    [InlineData("PB1206", """[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"inner" } }, { "id": "b", "parallel": { "branches": { "one": [ { "id": "inner", "wait": { "for": "PT1S" } } ] } } } ]""")]
    [InlineData("PB1207", """[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"promote" } }, { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1209", """[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"look" } }, { "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } }, """ + Look + " ]")]
    [InlineData("PB1210", """[ { "id": "a", "fail": "no" }, §""" + Look + " ]")]
    [InlineData("PB1206", """[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"a" } }, """ + Look + " ]")]
    // What must not be passed over
    [InlineData("PB1208", """[ { "id": "go", §"when": "${ inputs.percent == `1` }", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1208", """[ { "id": "go", §"drill": "skip", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1208", """[ { "id": "go", §"onFailure": "continue", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1208", """[ { "id": "erase", §"when": "${ inputs.percent == `1` }", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } } ]""")]
    [InlineData("PB1208", """[ { "id": "erase", §"onFailure": { "goto": "look" }, "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } }, """ + Look + " ]")]
    [InlineData("PB1208", "[ " + Isolate + ", " + Rejoin + """, { "id": "well", "do": "model.verify", "with": { "model": "m" }, "recovers": true, §"drill": "simulate" } ]""")]
    [InlineData("PB1209", """[ { "id": "t", "try": { "steps": [ §{ "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } } ], "catch": [ { "steps": [] } ] } } ]""")]
    [InlineData("PB1209", """[ { "id": "t", "parallel": { "join": "any", "branches": { "one": [ §{ "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } } ] } } } ]""")]
    [InlineData("PB1209", """[ { "id": "t", "onFailure": "continue", "parallel": { "branches": { "one": [ §{ "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } } ] } } } ]""")]
    // Approvals
    [InlineData("PB1401", """[ { "id": "go", "approve": { "role": §"aprover", "message": "?", "covers": ["promote"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1401", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "escalate": [ { "after": "PT30S", "role": §"boss" } ] } }, """ + Promote + " ]")]
    [InlineData("PB1401", """[ { "id": "call", "task": { "role": §"operator", "instructions": "Call.", "doneWithin": "PT1M" } } ]""")]
    [InlineData("PB1105", """[ { "id": "go", "approve": { "role": "approver", "quorum": §0, "message": "?", "covers": ["promote"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1102", """[ { "id": "go", "approve": §{ "role": "approver", "message": "?", "covers": ["promote"] } }, """ + Promote + " ]")]
    [InlineData("PB1108", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": §[], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1402", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": [§"promot"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1402", "[ " + Promote + """, { "id": "go", "approve": { "role": "approver", "message": "?", "covers": [§"promote"], "decideWithin": "PT1M" } } ]""")]
    [InlineData("PB1115", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote", §"promote"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1403", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "escalate": [ { "after": §"PT1M", "role": "commander" } ] } }, """ + Promote + " ]")]
    [InlineData("PB1404", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["tell"], "decideWithin": "PT1M", "onTimeout": §"proceed" } }, { "id": "tell", "do": "notify", "with": { "channel": "c", "text": "t" } } ]""")]
    [InlineData("PB1405", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "onTimeout": { "goto": §"promote" } } }, """ + Promote + " ]")]
    [InlineData("PB1104", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "onTimeout": §"denied" } }, """ + Promote + " ]")]
    [InlineData("PB1308", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["tell"], "decideWithin": "PT1M" } }, """ + Look + """, { "id": "tell", "do": "notify", "with": { "channel": "c", "text": "${ §steps.look.output.status }" } } ]""")]
    [InlineData("PB1308", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["tell"], "decideWithin": "PT1M" } }, """ + Look + """, { "id": "tell", "when": "${ §steps.look.status == 'succeeded' }", "do": "notify", "with": { "channel": "c", "text": "t" } } ]""")]
    // Recovery
    [InlineData("PB1504", "[ §" + Isolate + " ]")]
    [InlineData("PB1505", "[ §" + Isolate + ", " + Recover + " ]")]
    [InlineData("PB1505", "[ §" + Isolate + """, { "id": "rejoin", "do": "model.rejoin", "with": { "model": "other", "percent": 100 } }, """ + Recover + " ]")]
    [InlineData("PB1505", "[ §" + Isolate + """, { "id": "rejoin", "do": "model.rejoin", "with": { "model": "m", "percent": 50 } }, """ + Recover + " ]")]
    [InlineData("PB1505", "[ §" + Isolate + """, { "id": "ramp", "forEach": { "items": [10, 50], "maxItems": 2, "steps": [ { "id": "rejoin", "do": "model.rejoin", "with": { "model": "m", "percent": "${ item }" } } ] } }, """ + Recover + " ]")]
    [InlineData("PB1501", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/" }, §"recovers": true } ]""")]
    [InlineData("PB1502", "[ " + Isolate + ", " + Rejoin + ", " + Recover + """, { "id": "again", "do": "model.verify", "with": { "model": "m" }, §"recovers": true } ]""")]
    [InlineData("PB1503", "[ " + Isolate + ", " + Rejoin + """, { "id": "p", "parallel": { "branches": { "one": [ { "id": "well", "do": "model.verify", "with": { "model": "m" }, §"recovers": true } ] } } } ]""")]
    [InlineData("PB1503", "[ " + Isolate + ", " + Rejoin + """, { "id": "p", "repeat": { "maxTimes": 2, "until": "${ index == `1` }", "steps": [ { "id": "well", "do": "model.verify", "with": { "model": "m" }, §"recovers": true } ] } } ]""")]
    [InlineData("PB1506", "[ " + Isolate + ", " + Rejoin + ", " + Recover + """, { "id": "done", "end": { "as": §"completed", "reason": "r" } } ]""")]
    // Blocks
    [InlineData("PB1108", """[ { "id": "a", "parallel": { "branches": §{} } } ]""")]
    [InlineData("PB1106", """[ { "id": "a", "parallel": { "branches": { §"Two": [ """ + Look + """ ] } } } ]""")]
    [InlineData("PB1104", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "decideOn": §"pages" } }, """ + Promote + " ]")]
    [InlineData("PB1104", """[ { "id": "a", "parallel": { "join": §"some", "branches": { "two": [ """ + Look + """ ] } } } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "forEach": §{ "items": [1], "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1101", """[ { "id": "a", "forEach": { "items": §7, "maxItems": 2, "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1605", """[ { "id": "a", "forEach": { "items": §[1, 2, 3], "maxItems": 2, "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1605", """[ { "id": "a", "forEach": { "items": "${ inputs.many }", "maxItems": §1001, "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1105", """[ { "id": "a", "forEach": { "items": [1], "maxItems": 1, "concurrency": §0, "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "repeat": §{ "until": "${ index == `3` }", "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1301", """[ { "id": "a", "repeat": { "maxTimes": 2, "until": §"index", "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1108", """[ { "id": "a", "switch": §[] } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "switch": [ §{ "steps": [ """ + Look + """ ] } ] } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "try": §{ "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1104", """[ { "id": "a", "try": { "steps": [ """ + Look + """ ], "catch": [ { "on": [§"notfound"], "steps": [] } ] } } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "wait": §{} } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "wait": §{ "for": "PT1S", "event": "e" } } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "wait": §{ "until": "${ inputs.model }" } } ]""")]
    [InlineData("PB1113", """[ { "id": "a", "wait": { "until": §"tomorrow", "atMost": "PT1H" } } ]""")]
    [InlineData("PB1104", """[ { "id": "a", "end": { "as": §"recovered", "reason": "r" } } ]""")]
    [InlineData("PB1701", """[ { "id": "a", "playbook": §{ "name": "other", "version": "1.0.0", "sha256": "0000000000000000000000000000000000000000000000000000000000000000" } } ]""")]
    [InlineData("PB1112", """[ { "id": "a", "playbook": { "name": "other", "version": "1.0.0", "sha256": §"abc" } } ]""")]
    // Words and names that come near to one, or to none
    [InlineData("PB1104", """[ { "id": "a", "wait": { "for": "PT1S" }, "onFailure": §"stpo" } ]""")]
    [InlineData("PB1104", """[ { "id": "a", "wait": { "for": "PT1S" }, "onFailure": §"aks" } ]""")]
    [InlineData("PB1104", """[ { "id": "a", "wait": { "for": "PT1S" }, "onFailure": §"somehow" } ]""")]
    [InlineData("PB1104", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "onTimeout": §"dney" } }, """ + Promote + " ]")]
    [InlineData("PB1104", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "onTimeout": §"procede" } }, """ + Promote + " ]")]
    [InlineData("PB1104", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M", "onTimeout": §"somehow" } }, """ + Promote + " ]")]
    [InlineData("PB1103", """[ { "id": "a", "end": { "as": "stoodDown", "reason": "r", §"because": 1 } } ]""")]
    [InlineData("PB1203", """[ { "id": "a", "do": §"somewhat.different" } ]""")]
    [InlineData("PB1221", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", §"somewhat": 1 } } ]""")]
    [InlineData("PB1221", """[ { "id": "a", "do": "evidence.publish", "with": { §"somewhat": 1 } } ]""")]
    // Values that an action does not take
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", "headers": §7 } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", "headers": §[] } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", "headers": §["${ inputs.model }"] } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": §["${ inputs.model }"] } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": §{ "a": "${ inputs.model }" } } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/", "expectStatus": §"words" } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "model.verify", "with": { "model": "m", "through": §"elsewhere" } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "model.verify", "with": { "model": "m", "hold": §"PT0S" } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "artifacts.lastKnownGood", "with": { "model": "m", "before": §"Tomorrow" } } ]""")]
    [InlineData("PB1222", """[ { "id": "a", "do": "artifacts.lastKnownGood", "with": { "model": "m", "before": §"2026-03-01" } } ]""")]
    // What expressions read
    [InlineData("PB1302", """[ { "id": "a", "fail": "${ §somewhere.else }" } ]""")]
    [InlineData("PB1305", """[ { "id": "a", "fail": "${ §run.somewhat }" } ]""")]
    [InlineData("PB1305", """[ { "id": "a", "fail": "${ §run.mode.live }" } ]""")]
    [InlineData("PB1307", """[ { "id": "a", "fail": "${ §inputs.somewhat }" } ]""")]
    [InlineData("PB1305", """[ { "id": "a", "fail": "${ §inputs.model.name }" } ]""")]
    [InlineData("PB1303", """[ { "id": "a", "fail": "${ §steps.somewhat.status }" } ]""")]
    [InlineData("PB1303", """[ { "id": "b", "wait": { "for": "PT1S" } }, { "id": "a", "wait": { "for": "PT1S" } }, { "id": "c", "fail": "${ §steps.somewhat.status }" } ]""")]
    // What is checked wherever it stands
    [InlineData("PB1303", """[ { "id": "p", "parallel": { "branches": { "one": [ { "id": "a", "wait": { "for": "PT1S" } } ], "two": [ { "id": "b", "fail": "${ §steps.somewhat.status }" } ] } } } ]""")]
    [InlineData("PB1210", """[ { "id": "a", "fail": "no" }, §""" + Look + """, { "id": "b", "wait": { "for": "PT1S" } } ]""")]
    [InlineData("PB1302", "[ " + Isolate + """, { "id": "rejoin", "do": "model.rejoin", "with": { "model": "m", "percent": "${ §item }" } }, """ + Recover + " ]")]
    [InlineData("PB1211", """[ { "id": "a", "do": "artifacts.promote", "with": { "model": "m", "version": 1 }, "undo": { "do": §"chaos.modelFault", "with": { "model": "m", "fault": "down", "ttl": "PT1M" } } } ]""")]
    [InlineData("PB1402", "[ " + Look + """, { "id": "go", "approve": { "role": "approver", "message": "?", "covers": [§"lok"], "decideWithin": "PT1M" } }, """ + Promote + " ]")]
    [InlineData("PB1206", """[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"somewhere" } }, """ + Look + """, { "id": "b", "wait": { "for": "PT1S" } } ]""")]
    [InlineData("PB1207", """[ { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"promote" } }, { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["look", "promote"], "decideWithin": "PT1M" } }, """ + Look + ", " + Promote + " ]")]
    [InlineData("PB1209", """[ { "id": "t", "try": { "steps": [ §{ "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } } ], "catch": [ { "on": ["denied"], "steps": [ { "id": "no", "fail": "no" } ] }, { "steps": [] } ] } } ]""")]
    [InlineData("PB1209", """[ { "id": "t", "forEach": { "items": [1], "maxItems": 1, "stopAtErrorPercent": 10, "steps": [ §{ "id": "erase", "do": "erasures.reapply", "with": { "model": "m", "since": "2026-01-01T00:00:00Z" } } ] } } ]""")]
    // What is wrong is said once
    [InlineData("PB1203", """[ { "id": "a", "do": §"model.verfy", "with": { "model": "m" }, "recovers": true } ]""")]
    [InlineData("PB1301", """[ { "id": "a", "do": "http.get", "with": { "url": "${ steps. §}" }, "recovers": true } ]""")]
    [InlineData("PB1301", """[ { "id": "a", "repeat": { "maxTimes": 2, "until": §"index", "steps": [ """ + Look + """ ] } }, { "id": "b", "fail": "${ steps.a.output.look }" } ]""")]
    [InlineData("PB1301", """[ { "id": "a", "repeat": { "maxTimes": 2, "until": "${ index == §}", "steps": [ """ + Look + """ ] } }, { "id": "b", "fail": "${ steps.a.output.look }" } ]""")]
    [InlineData("PB1102", """[ { "id": "a", "wait": { "for": "PT1S" }, "onFailure": §{} } ]""")]
    [InlineData("PB1106", """[ { "id": "a", "playbook": { "name": §"Other", "version": "1.0.0", "sha256": "0000000000000000000000000000000000000000000000000000000000000000" } } ]""")]
    // What stands beside a bound, a list or a bracket
    [InlineData("PB1105", """[ { "id": "a", "forEach": { "items": [1], "maxItems": §0, "steps": [ """ + Look + """ ] } } ]""")]
    [InlineData("PB1101", """[ { "id": "a", "do": "http.get", "with": { "url": "https://a.example/" }, "retry": { "backoff": §"two" } } ]""")]
    [InlineData("PB1230", """[ { "id": "a", "do": "http.request", "with": { "url": "https://a.example/", "method": "POST" }, "retry": { "on": §["transient", "timeout"] } } ]""")]
    [InlineData("PB1301", """[ { "id": "a", "when": §"${ inputs.percent == `1`", "wait": { "for": "PT1S" } } ]""")]
    [InlineData("PB1301", """[ { "id": "a", "when": §"inputs.percent == `1` }", "wait": { "for": "PT1S" } } ]""")]
    [InlineData("PB1305", """[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M" } }, """ + Promote + """, { "id": "b", "fail": "${ §steps.go.output.somewhat }" } ]""")]
    [InlineData("PB1206", """[ """ + Look + """, { "id": "a", "wait": { "event": "e", "within": "PT1S" }, "onFailure": { "goto": §"somewhere" } } ]""")]
    public void Steps_are_refused(string code, string steps) => Marked.Check(code, Marked.Around(steps), text => Read.Errors(text));

    [Fact]
    public void Every_input_that_an_action_lacks_is_said()
    {
        var errors = Read.Errors(Marked.Around("""[ { "id": "a", "do": "artifacts.promote", "with": { "model": "m", "version": 2 }, "undo": { "do": "artifacts.promote" } } ]"""));

        Assert.Equal(["PB1220 Add \"model\" to with.", "PB1220 Add \"version\" to with."], errors.Select(error => $"{error.Code} {error.Remedy}"));
    }

    [Fact]
    public void A_kind_that_is_misspelt_is_guessed()
    {
        var error = Read.Errors(Marked.Around("""[ { "id": "a", "title": "t", "wiat": { "for": "PT1S" } } ]""")).First(error => error.Code == "PB1201");

        Assert.Equal("Did you mean 'wait'?", error.Remedy);
    }

    [Theory]
    [InlineData("when", "\"${ inputs.model }\"")]
    [InlineData("drill", "\"skip\"")]
    public void An_approval_that_may_be_passed_over_is_refused_once(string field, string value) =>
        Assert.Single(Read.Errors(Marked.Around($$"""[ { "id": "go", "approve": { "role": "approver", "message": "?", "covers": ["promote"], "decideWithin": "PT1M" }, "{{field}}": {{value}} }, {{Promote}} ]""")));

    [Theory]
    [InlineData("${ to_string(run) }")]
    [InlineData("${ to_string(inputs) }")]
    [InlineData("${ to_string(inputs.many[0].name) }")]
    public void What_holds_more_than_one_value_is_read_whole_or_inside(string reason) =>
        Assert.Empty(Read.Errors(Marked.Around($$"""[ { "id": "a", "fail": "{{reason}}" } ]""")));
}
