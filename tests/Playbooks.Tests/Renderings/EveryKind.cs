using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Definitions;

namespace Playbooks.Tests.Renderings;

/// <summary>A playbook with every kind of step, jump, decision and hostile word.</summary>
internal static class EveryKind
{
    /// <summary>Words that would break out of quotes, tables, HTML or a terminal.</summary>
    public const string Hostile = "\\\"]}|<b>&`#end; \\u001b[31m";

    private const string Inner = """{ "playbook": "inner", "version": "1.0.0", "title": "Inner", "inputs": { "place": { "type": "string" } }, "steps": [ { "id": "call", "do": "notify", "with": { "channel": "incidents", "text": "${ inputs.place }" } } ] }""";

    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Inner)));

    public static readonly string Text = $$"""
        { "playbook": "every-kind", "version": "2.0.0", "title": "Every kind of {{Hostile}}", "owner": "oncall@university.example",
          "objectives": { "rto": "PT4H", "degradedWithin": "PT10M" },
          "triggers": [ { "alert": { "rule": "grading-*", "service": "Platform", "target": "grading", "customProperties": { "area": "ml" } } }, { "schedule": "0 4 * * 2", "drill": true }, { "deadLetters": { "queue": "grading-jobs", "atLeast": 10 } } ],
          "concurrency": { "key": "${ inputs.model }", "onConflict": "queue", "cooldown": "PT1H" },
          "inputs": { "model": { "type": "string", "default": "grading", "description": "The model that is wrong" } },
          "roles": { "approver": "approvers", "commander": "commanders" },
          "steps": [
            { "id": "isolate", "title": "{{Hostile}}", "do": "model.isolate", "timeout": "PT1M", "with": { "model": "${ inputs.model }" } },
            { "id": "look", "do": "http.get", "with": { "url": "https://a.example/" }, "onFailure": { "goto": "pause" }, "drill": "skip" },
            { "id": "tell", "when": "${ inputs.model != 'grading' }", "do": "notify", "with": { "channel": "incidents", "text": "It is down: {{Hostile}}" }, "onFailure": "continue" },
            { "id": "pause", "wait": { "for": "PT30S" } },
            { "id": "until", "wait": { "until": "${ run.detectedAt }", "atMost": "PT1M" } },
            { "id": "signal", "wait": { "event": "ready", "within": "PT1M" }, "onFailure": "ask", "askWithin": "PT7M" },
            { "id": "go", "approve": { "role": "approver", "quorum": 2, "message": "Promote {{Hostile}}?", "covers": ["promote"], "decideWithin": "PT20M", "escalate": [ { "after": "PT5M", "role": "commander" } ], "onTimeout": { "goto": "both" } } },
            { "id": "promote", "do": "artifacts.promote", "with": { "model": "${ inputs.model }", "version": 2 }, "undo": { "do": "artifacts.promote", "with": { "model": "${ inputs.model }", "version": 1 } } },
            { "id": "both", "parallel": { "branches": { "left": [ { "id": "l", "wait": { "for": "PT1S" } } ], "right": [ { "id": "r", "wait": { "for": "PT1S" } } ] } } },
            { "id": "race", "parallel": { "join": "any", "branches": { "one": [ { "id": "o", "wait": { "for": "PT1S" } } ], "two": [ { "id": "t", "wait": { "for": "PT2S" } } ] } } },
            { "id": "poll", "repeat": { "maxTimes": 3, "every": "PT5S", "until": "${ index == `2` }", "steps": [ { "id": "ask", "do": "http.get", "with": { "url": "https://a.example/" } } ] } },
            { "id": "which", "switch": [ { "when": "${ inputs.model == 'grading' }", "steps": [ { "id": "small", "wait": { "for": "PT1S" } } ] }, { "when": "${ inputs.model == 'fraud' }", "steps": [ { "id": "stop", "fail": "No: {{Hostile}}" } ] } ], "default": [ { "id": "other", "wait": { "for": "PT1S" } } ] },
            { "id": "attempt", "try": { "steps": [ { "id": "risky", "do": "http.get", "with": { "url": "https://a.example/" } } ], "catch": [ { "on": ["timeout", "transient"], "steps": [ { "id": "caught", "wait": { "for": "PT1S" } } ] }, { "steps": [] } ] } },
            { "id": "sub", "playbook": { "name": "inner", "version": "1.0.0", "sha256": "{{Digest}}", "with": { "place": "campus" } } },
            { "id": "byHand", "task": { "role": "commander", "instructions": "Call the dean about {{Hostile}}", "doneWithin": "PT15M" } },
            { "id": "ramp", "forEach": { "items": [50, 100], "maxItems": 2, "stopAtErrorPercent": 0, "steps": [ { "id": "shift", "do": "model.rejoin", "with": { "model": "${ inputs.model }", "percent": "${ item }" } } ] } },
            { "id": "well", "do": "model.verify", "with": { "model": "${ inputs.model }", "hold": "PT5M" }, "timeout": "PT6M", "recovers": true },
            { "id": "after", "do": "evidence.publish", "onFailure": "continue" }
          ],
          "finally": [ { "id": "report", "do": "evidence.publish", "onFailure": "continue" }, { "id": "last", "do": "notify", "with": { "channel": "incidents", "text": "Over" }, "onFailure": "continue" } ],
          "drill": { "detectWithin": "PT5M", "inject": [ { "id": "break", "do": "chaos.modelFault", "with": { "model": "${ inputs.model }", "fault": "down", "ttl": "PT1H" } } ] } }
        """;

    public static Playbook Playbook() => Read.Valid(Text, Resolve);

    public static PlaybookSource? Resolve(PlaybookPin pin) => pin.Sha256 == Digest ? new PlaybookSource("inner.json", Inner) : null;
}
