using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core.Scenarios;
using Playbooks.Tests;
using Playbooks.Tests.Decisions;

namespace Playbooks.Disk.Tests.Kills;

/// <summary>A playbook and a world that answers as in a rehearsal, call by call, so that every life of a run meets the same answers.</summary>
internal sealed class KillCase
{
    public static readonly ImmutableArray<string> Names = ["model-corruption", "fraud-outage", "once"];

    /// <summary>Two effects that cannot be repeated, between two that can.</summary>
    private const string Once = """
        { "playbook": "once", "version": "1.0.0", "title": "Effects that cannot be repeated", "owner": "ml-oncall@university.example", "objectives": {},
          "roles": { "approver": "ml-approvers" },
          "steps": [ { "id": "before", "do": "notify", "with": { "channel": "incidents", "text": "hello" }, "onFailure": "stop" },
                     { "id": "first", "do": "http.request", "with": { "method": "POST", "url": "https://shop.example/1" }, "onFailure": "continue" },
                     { "id": "hold", "wait": { "for": "PT1M" } },
                     { "id": "second", "do": "http.request", "with": { "method": "POST", "url": "https://shop.example/2" }, "onFailure": "continue" },
                     { "id": "after", "do": "notify", "with": { "channel": "incidents", "text": "bye" }, "onFailure": "stop" } ] }
        """;

    private readonly ImmutableDictionary<string, Outcome> answers;

    private KillCase(Playbook playbook, Scenario scenario)
    {
        (Playbook, Scenario) = (playbook, scenario);
        var rehearsed = Rehearsal.Play(scenario, playbook, Environments.Of(scenario.Mode));
        Ends = ((RunPhase.Ended)rehearsed.Run.Phase).With.Outcome;
        answers = rehearsed.Events.Select(happened => happened switch
        {
            RunEvent.ActionSucceeded done => (done.Id, Answer: (Outcome)new Outcome.Succeeded(done.Output)),
            RunEvent.ActionFailed failed => (failed.Id, Answer: new Outcome.Failed(failed.Kind, failed.Message, failed.RetryAfter)),
            _ => default,
        }).Where(answer => answer.Answer is not null).ToImmutableDictionary(answer => answer.Id.ToString(), answer => answer.Answer);
    }

    public Playbook Playbook { get; }
    public Scenario Scenario { get; }
    /// <summary>How it ends when nothing is killed.</summary>
    public RunOutcome Ends { get; }

    public StartRequest Request => new("request-1", Playbook, Environments.Of(Scenario.Mode), Scenario.Mode, Scenario.Inputs, null, "starter", null, null, null);

    public static KillCase Of(string name)
    {
        var text = name == "once" ? Once : Repository.Read($"playbooks/{name}/playbook.json");
        var scenario = name == "once" ? """{ "title": "Well", "expect": { "outcome": "completed" } }""" : Repository.Read($"playbooks/{name}/scenarios/recovered.json");
        return PlaybookReader.Read(text, "playbook.json") is ReadResult<Playbook>.Valid valid
            ? new KillCase(valid.Value, ScenarioReader.Read(scenario))
            : throw new InvalidOperationException($"'{name}' cannot be read.");
    }

    /// <summary>What the outside answers to this call, whatever life of the run it comes from.</summary>
    public Outcome AnswerTo(Command.RunAction command) =>
        answers.GetValueOrDefault(command.Id.ToString()) ?? answers.GetValueOrDefault((command.Id with { Attempt = 1 }).ToString())
        ?? new Outcome.Succeeded(JsonData.EmptyObject);
}
