using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Scenarios;
using Playbooks.Tests;

namespace Playbooks.Browser.Tests.Stages;

/// <summary>Runs of the shipped playbooks, played through the real decider and stopped where a page is to show them.</summary>
internal static partial class Stories
{
    public const string Waiting = "run-waits-for-votes";
    public const string Failed = "run-step-failed";
    public const string HandOver = "run-task";
    public const string Recovered = "run-recovered";
    public const string Drilled = "drill-recovered";

    /// <summary>When every story begins, unless it is told as one of earlier.</summary>
    public static readonly DateTimeOffset Begin = Rehearsal.Start;

    public static DeploymentEnvironment Campus { get; } = EnvironmentOf("campus", "live");

    public static DeploymentEnvironment DrillGround { get; } = EnvironmentOf("drill", "drill");

    /// <summary>The shipped ones, and one that leaves a task to people.</summary>
    public static IReadOnlyList<Playbook> Playbooks { get; } =
    [
        .. new[] { "enrolment-attack", "fraud-outage", "grading-poisoned", "model-corruption", "model-regression" }.Select(name => Read(Repository.Read($"playbooks/{name}/playbook.json"))),
        Read("""
            { "playbook": "hand-over", "version": "1.0.0", "title": "A person looks at what the model said", "owner": "ml-oncall@university.example", "objectives": {},
              "roles": { "approver": "ml-approvers", "commander": "incident-commanders" },
              "steps": [ { "id": "look", "title": "Look through what the model has answered", "task": { "role": "commander", "instructions": "Look through the answers since Monday, and write down how many were wrong.", "doneWithin": "PT2H" } },
                         { "id": "over", "end": { "as": "completed", "reason": "Somebody has looked." } } ] }
            """),
    ];

    /// <summary>People were asked a moment ago, and nobody has decided.</summary>
    public static IEnumerable<RunEvent> WaitsForVotes(string startedBy = "alert") =>
        Until(Play("model-regression", Recovers, Campus), happened => happened is RunEvent.ApprovalOpened, Waiting, startedBy);

    /// <summary>A step has failed for good, and somebody has to say what follows.</summary>
    public static IEnumerable<RunEvent> StepFailed() => Until(Play("model-regression", """
        { "title": "t", "inputs": { "model": "recommendations", "queue": "recommendation-jobs", "updatedAt": "2026-01-11T18:00:00Z" },
          "votes": { "go": [ { "person": "dev:second", "role": "ml-approvers", "approves": true, "after": "PT3M" } ] },
          "actions": { "choose": [ { "succeeds": { "version": 11, "current": 12, "createdAt": "2026-01-02T06:00:00Z" } } ], "isolate": [ { "succeeds": {}, "takes": "PT40S" } ], "preserve": [ { "succeeds": {}, "takes": "PT2M" } ], "restore": [ { "takes": "PT30S", "fails": "denied", "message": "The store refuses the copy: no right to write to models/recommendations." } ] }, "expect": {} }
        """, Campus), happened => happened is RunEvent.OrderAwaited, Failed);

    public static IEnumerable<RunEvent> TaskOpen() => Until(Play("hand-over", """{ "title": "t", "expect": {} }""", Campus), happened => happened is RunEvent.StepStarted { Path: "look" }, HandOver);

    public static IEnumerable<RunEvent> HasRecovered() => Until(Play("model-regression", Recovers, Campus), happened => false, Recovered);

    public static IEnumerable<RunEvent> DrillHasRecovered(string id = Drilled, int daysAgo = 0, string playbook = "model-corruption") =>
        Until(Play(playbook, Repository.Read($"playbooks/{playbook}/scenarios/drill.json"), DrillGround), happened => false, id, "schedule", TimeSpan.FromDays(-daysAgo));

    private const string Recovers = """
        { "title": "t", "inputs": { "model": "recommendations", "queue": "recommendation-jobs", "updatedAt": "2026-01-11T18:00:00Z" },
          "votes": { "go": [ { "person": "dev:second", "role": "ml-approvers", "approves": true, "after": "PT9M" } ] },
          "actions": { "isolate": [ { "fails": "throttled", "message": "The gateway's store answers 503.", "takes": "PT20S" }, { "succeeds": {}, "takes": "PT55S" } ],
            "announce": [ { "succeeds": {}, "takes": "PT2S" } ], "preserve": [ { "succeeds": {}, "takes": "PT100S" } ],
            "choose": [ { "succeeds": { "version": 11, "current": 12, "createdAt": "2026-01-02T06:00:00Z" }, "takes": "PT25S" } ],
            "restore": [ { "succeeds": {}, "takes": "PT4M" } ], "reErase": [ { "succeeds": { "remaining": 0 }, "takes": "PT45S" } ], "reload": [ { "succeeds": {}, "takes": "PT20S" } ],
            "ramp/watch": [ { "succeeds": {}, "takes": "PT30S" } ], "recovered": [ { "succeeds": {}, "takes": "PT3M" } ], "replay": [ { "succeeds": {}, "takes": "PT6M" } ] }, "expect": {} }
        """;

    private static System.Collections.Immutable.ImmutableArray<RunEvent> Play(string playbook, string scenario, DeploymentEnvironment environment) =>
        Rehearsal.Play(ScenarioReader.Read(scenario), Playbooks.Single(one => one.Name == playbook), environment).Events;

    /// <summary>
    /// What came from outside is told to the decider once more, under another id and at another time, until something that is meant has happened: so that what
    /// people were shown, and every key, fits this run.
    /// </summary>
    private static List<RunEvent> Until(IReadOnlyList<RunEvent> events, Func<RunEvent, bool> isMeant, string id, string startedBy = "alert", TimeSpan shift = default)
    {
        var (run, told) = (Run.Empty, new List<RunEvent>());
        foreach (var happened in events.Where(CameFromOutside))
        {
            var moved = shift == default ? happened : Moved(happened, shift);
            var reaction = Decider.React(run, [moved switch
            {
                RunEvent.RunStarted started => started with { RunId = id, StartedBy = startedBy },
                RunEvent.VoteCast vote when run.StateOf(vote.Path) is StepState.Voting voting => vote with { Digest = voting.Approval.Digest },
                _ => moved,
            }], "stage");
            told.AddRange(reaction.Appended);
            run = reaction.Run;
            if (reaction.Appended.Any(isMeant))
                return told;
        }
        return told;
    }

    private static bool CameFromOutside(RunEvent happened) => happened is RunEvent.RunStarted or RunEvent.AlertAttached or RunEvent.ActionSucceeded or RunEvent.ActionFailed or RunEvent.ActionPending
        or RunEvent.TimerFired or RunEvent.VoteCast or RunEvent.TaskConfirmed or RunEvent.OrderGiven or RunEvent.Told or RunEvent.HeadAnchored;

    private static RunEvent Moved(RunEvent happened, TimeSpan shift) => EventJson.Read(Encoding.UTF8.GetBytes(Instant().Replace(Encoding.UTF8.GetString(EventJson.Write(happened)), found =>
        $"\"{(DateTimeOffset.Parse(found.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) + shift).ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz", System.Globalization.CultureInfo.InvariantCulture)}\"")));

    private static Playbook Read(string text) => PlaybookReader.Read(text, "playbook.json") switch
    {
        ReadResult<Playbook>.Valid valid => valid.Value,
        ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException(string.Join("\n", invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>The shipped drill environment, with people in it, or as a live one.</summary>
    private static DeploymentEnvironment EnvironmentOf(string name, string kind)
    {
        var environment = JsonNode.Parse(Repository.Read("playbooks/environments/drill.json"))!.AsObject();
        (environment["name"], environment["kind"]) = (name, kind);
        environment["roles"] = JsonNode.Parse("""
            { "ml-approvers": [ "dev:approver", "dev:second", "dev:operator", "drill-script" ], "payment-approvers": [ "dev:approver", "drill-script" ], "incident-commanders": [ "dev:commander" ],
              "ml-oncall": [ "dev:operator" ], "compliance": [ "dev:auditor" ] }
            """);
        environment["access"] = JsonNode.Parse("""{ "operator": [ "ml-oncall", "incident-commanders" ], "approver": [ "ml-approvers" ], "commander": [ "incident-commanders" ], "auditor": [ "compliance" ] }""");
        if (kind == "live")
        {
            environment.Remove("drill");
            foreach (var (_, model) in environment["models"]!.AsObject())
                model!.AsObject().Remove("faults");
        }
        return EnvironmentReader.Read(environment.ToJsonString(), "environment.json") switch
        {
            ReadResult<DeploymentEnvironment>.Valid valid => valid.Value,
            ReadResult<DeploymentEnvironment>.Invalid invalid => throw new InvalidOperationException(string.Join("\n", invalid.Errors)),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    [GeneratedRegex("\"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))\"")]
    private static partial Regex Instant();
}
