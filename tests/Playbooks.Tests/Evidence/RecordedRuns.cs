using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using static Playbooks.Core.Decisions.RunEvent;

namespace Playbooks.Tests.Evidence;

/// <summary>The histories that the evidence tests read.</summary>
internal static class RecordedRuns
{
    public const string Playbook = """
        {
          "playbook": "model-corruption", "version": "1.2.0", "title": "A model serves corrupted predictions",
          "objectives": { "rto": "PT4H", "degradedWithin": "PT10M" },
          "classification": { "aiAct": { "role": "deployer", "risk": "high", "basis": "Annex III 3(b) grading" } },
          "steps": [
            { "id": "isolate", "do": "model.isolate", "title": "Take the model out of service", "with": { "model": "grading" }, "budget": "PT6M" },
            { "id": "preserve", "do": "artifacts.preserve", "with": { "model": "grading" } },
            { "id": "announce", "do": "notify", "with": { "channel": "incidents", "text": "isolated" } },
            { "id": "choose", "do": "artifacts.lastKnownGood", "with": { "model": "grading" } },
            { "id": "go", "approve": { "role": "approver", "covers": ["restore"] } },
            { "id": "restore", "do": "artifacts.restore", "with": { "model": "grading", "version": 41 }, "budget": "PT5M",
              "undo": { "do": "artifacts.promote", "with": { "model": "grading", "version": 42 } } },
            { "id": "reErase", "do": "erasures.reapply", "with": { "model": "grading" } },
            { "id": "golden", "do": "model.verify", "with": { "model": "grading", "suite": "golden" } },
            { "id": "ramp", "forEach": { "items": [10, 50, 100], "maxItems": 3, "steps": [
              { "id": "shift", "do": "model.rejoin", "with": { "model": "grading", "percent": 10 } },
              { "id": "watch", "do": "model.verify", "with": { "model": "grading", "hold": "PT1M" } } ] } },
            { "id": "recovered", "do": "model.verify", "with": { "model": "grading", "hold": "PT5M" }, "recovers": true },
            { "id": "replay", "do": "deadletters.reprocess", "with": { "queue": "grading-jobs" } }
          ],
          "finally": [ { "id": "report", "do": "evidence.publish" } ]
        }
        """;

    public static readonly string Bad = RecordedRun.Digest("version 42, corrupted");
    public static readonly string Good = RecordedRun.Digest("version 41");

    /// <summary>Everything went well: an alert at night, one approval, recovery after some 40 minutes.</summary>
    public static RecordedRun Recovered(RunMode mode = RunMode.Live, string? text = null, double approvalSeconds = 1_140, bool scripted = false,
        Func<RecordedRun, RecordedRun>? approve = null)
    {
        var words = text ?? "grading-model-golden-mismatch";
        var alert = JsonData.Object(("rule", JsonData.Of(words)), ("severity", JsonData.Of("Sev1")));
        var run = new RecordedRun();
        run.Start(Playbook, mode, alert, occurred: run.Now.AddMinutes(-22), detected: mode == RunMode.Live ? run.Now.AddSeconds(-7) : null);
        if (mode == RunMode.Drill)
            run.Wait(3).Add(at => new AlertAttached(alert, at, at));
        run.Anchor("start").Wait(0.2)
            .Add(at => new RecoveryStarted(mode == RunMode.Live ? at.AddSeconds(-7.2) : at.AddSeconds(-0.2), at.AddMinutes(-22), at))
            .Do("isolate", 1.4, output: """{"generation":12,"replicas":2,"mode":"rules"}""")
            .Add(at => new ModelDegraded("grading", at))
            .Do("preserve", 42, output: $$"""{"location":"https://evidence.university.example/evidence/preserved/grading","digest":"{{Bad}}","files":3,"bytes":48211004}""")
            .Do("announce", 0.6, """{"channel":"incidents","text":"isolated"}""", """{"via":"terminal"}""")
            .Do("choose", 2.1, output: $$"""{"version":41,"digest":"{{Good}}","createdAt":"2026-11-20T10:00:00+00:00","current":42,"currentDigest":"{{Bad}}"}""");
        run = approve is null ? run.Approve(scripted ? "drill-approver" : "approver@university.example", approvalSeconds, scripted: scripted, via: scripted ? "script" : "teams") : approve(run);
        run.Anchor("approval go 1")
            .Add(at => new StepStarted("restore", at) { Inputs = JsonData.Parse("""{"model":"grading","version":41}""") })
            .Attempt("restore", 1, """{"model":"grading","version":41}""").Wait(120)
            .Add(at => new AttemptExpired(RecordedRun.Id("restore", 1), ErrorKind.Timeout, at)).Wait(4)
            .Attempt("restore", 2, """{"model":"grading","version":41}""").Wait(30)
            .Add(at => new ActionPending(RecordedRun.Id("restore", 2), "t", at.AddSeconds(20), "2 of 3 files checked", at)).Wait(20)
            .Attempt("restore", 2, """{"model":"grading","version":41}""", poll: 1).Wait(25);
        var restored = JsonData.Parse($$"""{"version":41,"digest":"{{Good}}","previous":42,"previousDigest":"{{Bad}}","files":3,"bytes":48190012}""");
        run.Add(at => new ActionSucceeded(RecordedRun.Id("restore", 2, poll: 1), restored, at)).Add(at => new StepSucceeded("restore", restored, at))
            .Do("reErase", 55, output: $$"""{"erasures":4,"removed":9,"remaining":0,"digest":"{{Good}}","version":41}""")
            .Do("golden", 18, output: Verified(0, 0))
            .Add(at => new StepStarted("ramp", at) { Items = JsonData.Parse("[10,50,100]") });
        for (var i = 0; i < 3; i++)
            run.Do($"ramp[{i}]/shift", 2, """{"model":"grading","percent":10}""", """{"generation":13,"percent":10}""")
                .Do($"ramp[{i}]/watch", mode == RunMode.Drill ? 5 : 61, output: mode == RunMode.Drill ? Verified(60, 5) : Verified(60, 60));
        return run.Add(at => new StepSucceeded("ramp", JsonData.EmptyArray, at))
            .Do("recovered", 302, output: Verified(300, 300))
            .Add(at => new ServiceRecovered("recovered", at))
            .Do("replay", 211, """{"queue":"grading-jobs"}""",
                """{"matched":40,"sent":31,"duplicates":4,"erased":2,"quarantined":3,"held":0,"returned":0,"ledger":"gradingledger"}""")
            .Add(at => new FinallyStarted(at.AddMinutes(5), at))
            .Do("@finally/report", 1.1, "{}", """{"location":"https://evidence.university.example/evidence/journal.ndjson","events":63}""")
            .Add(at => new RunEnded(RunOutcome.Recovered, RtoVerdict.Met, [], [], null, at))
            .Wait(0.3).Anchor("end");
    }

    /// <summary>The approval was denied, the undo worked, but the gateway never answered again.</summary>
    public static RecordedRun NotIsolated()
    {
        var run = new RecordedRun();
        return run.Start(Playbook).Add(at => new RecoveryStarted(at, null, at))
            .Add(at => new StepStarted("isolate", at) { Inputs = JsonData.Parse("""{"model":"grading"}""") })
            .Attempt("isolate", 1, """{"model":"grading"}""").Wait(60)
            .Add(at => new AttemptExpired(RecordedRun.Id("isolate", 1), ErrorKind.Timeout, at))
            .Add(at => new StepFailed("isolate", ErrorKind.Timeout, "No answer within PT1M.", "stop", at))
            .Add(at => new RunStopping(RunOutcome.Failed, "isolate", ErrorKind.Timeout, "No answer within PT1M.", at))
            .Add(at => new AnchorFailed("start", "The container cannot be reached.", at))
            .Wait(90).Add(at => new IsolationUnconfirmed("grading", ErrorKind.Timeout, "2 replicas did not confirm.", at))
            .Add(at => new Told("commander", "terminal", at))
            .Add(at => new RunDrained(at))
            .Add(at => new UndoFailed("restore", ErrorKind.Denied, "Model grading could not be shown to be isolated, so nothing of it is changed.", at))
            .Add(at => new RunEnded(RunOutcome.Failed, RtoVerdict.Missed, [], [], "isolate: No answer within PT1M.", at));
    }

    private static string Verified(int wanted, int held) =>
        $$"""{"digest":"{{Good}}","passed":24,"heldSeconds":{{held}},"requestedHoldSeconds":{{wanted}}}""";
}
