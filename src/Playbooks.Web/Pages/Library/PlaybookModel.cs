using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Json;
using Playbooks.Core.Renderings;
using Playbooks.Core.Timing;
using Playbooks.Web.Access;
using Playbooks.Web.Pages.Runs;

namespace Playbooks.Web.Pages.Library;

/// <summary>One playbook: its graph, its promises with their proof, the same in words, and the form that starts it.</summary>
/// <param name="Misfits">Why it cannot run in this environment.</param>
public sealed record PlaybookModel(Playbook Playbook, PlaybookDrawing Drawing, ImmutableArray<Fact> Promises, ImmutableArray<string> Proved, ImmutableArray<string> Warnings, ImmutableArray<string> Words, ImmutableArray<string> Misfits, StartForm Start)
{
    public static PlaybookModel Of(Playbook playbook, DeploymentEnvironment environment, Visitor visitor)
    {
        var proof = Proof.Of(playbook, environment);
        var asDrill = environment.Kind == EnvironmentKind.Drill;
        ImmutableArray<string> misfits = [.. EnvironmentFit.Check(playbook, environment, playbook.Name, asDrill).Select(misfit => Shown.Text(misfit.Message + " " + misfit.Remedy))];
        return new(playbook, PlaybookDrawing.Of(playbook),
            [
                Promise("Recovered", proof.Objectives.Rto, proof.DetectedToRecovered),
                Promise("Out of service", proof.Objectives.DegradedWithin, proof.DetectedToIsolated),
                new("Proof", proof.Holds ? "holds: the worst case is within what is promised" : $"FAILS: {string.Join(' ', proof.Errors.Select(error => error.Message))}"),
            ],
            [.. proof.Proved.Select(proved => Shown.Text(proved))], [.. proof.Warnings.Select(warning => Shown.Text(warning.Message))], [.. Explanation.Of(playbook, environment).TrimEnd().Split('\n')], misfits, StartForm.Of(playbook, environment, visitor));
    }

    private static Fact Promise(string name, TimeSpan? promised, TimeSpan? worst) => new(name, (promised, worst) switch
    {
        ({ } objective, { } longest) => $"within {Spoken.Of(objective)}; the worst case is {(longest == TimeSpan.MaxValue ? "without bound" : Spoken.Of(longest))}",
        ({ } objective, null) => $"within {Spoken.Of(objective)}, but no step does it",
        (null, { } longest) => $"no time is promised; the worst case is {(longest == TimeSpan.MaxValue ? "without bound" : Spoken.Of(longest))}",
        _ => "nothing is promised",
    });
}


/// <summary>The form that starts a run, or in a drill environment a drill.</summary>
/// <param name="WhyNot">Why the one who looks cannot start it.</param>
public sealed record StartForm(bool AsDrill, string? WhyNot, ImmutableArray<InputDeclaration> Inputs)
{
    public static StartForm Of(Playbook playbook, DeploymentEnvironment environment, Visitor visitor)
    {
        var asDrill = environment.Kind == EnvironmentKind.Drill;
        var operation = asDrill ? Operation.StartDrill : Operation.StartRun;
        return new(asDrill, visitor.WhyNot(operation) is { } whyNot ? whyNot : asDrill && playbook.Drill is null ? "It has no drill: its author has not said what a drill of it injects." : null, playbook.Inputs);
    }

    /// <summary>What is left empty takes its default; whether the rest fits is for the run's start to say.</summary>
    public static (IEnumerable<KeyValuePair<string, JsonData>> Given, string? Wrong) Written(Playbook playbook, Func<string, string> written)
    {
        var given = new List<KeyValuePair<string, JsonData>>();
        foreach (var input in playbook.Inputs)
        {
            var text = written(input.Name);
            if (text.Length == 0)
                continue;
            try
            {
                given.Add(new(input.Name, input.Type == "string" ? JsonData.Of(text) : JsonData.Parse(text)));
            }
            catch (JsonException)
            {
                return ([], $"Nothing was started. What you wrote for {input.Name} is no {input.Type}: write it as JSON.");
            }
        }
        return (given, null);
    }
}

/// <summary>All playbooks of the host.</summary>
public sealed record PlaybooksModel(ImmutableArray<PlaybookLine> Playbooks, string Environment)
{
    public static PlaybooksModel Of(IReadOnlyList<Playbook> playbooks, DeploymentEnvironment environment, IReadOnlyList<RunSummary> runs) => new(
    [
        .. playbooks.OrderBy(playbook => playbook.Name, StringComparer.Ordinal).Select(playbook => new PlaybookLine(playbook.Name, Shown.Text(playbook.Title, 200), playbook.Version, Shown.Text(playbook.Owner, 100),
            playbook.Objectives.Rto is { } rto ? Spoken.Of(rto) : "–", Proof.Of(playbook, environment) switch { { Holds: false } => "fails", { DetectedToRecovered: { } worst } when worst != TimeSpan.MaxValue => Spoken.Of(worst), _ => "–" },
            EnvironmentFit.Check(playbook, environment, playbook.Name, environment.Kind == EnvironmentKind.Drill).Length == 0, runs.Count(run => run.Playbook == playbook.Name))),
    ], environment.Name);
}

/// <param name="Fits">It can run in this environment.</param>
public sealed record PlaybookLine(string Name, string Title, string Version, string Owner, string Rto, string Worst, bool Fits, int Runs);

/// <summary>Drills: what each playbook has practised, and the history.</summary>
public sealed record DrillsModel(ImmutableArray<Practice> Practices, HistoryModel History)
{
    public static DrillsModel Of(IReadOnlyList<RunSummary> runs, IReadOnlyList<Playbook> playbooks, int leftOut, DateTimeOffset now) => new(
        [.. playbooks.OrderBy(playbook => playbook.Name, StringComparer.Ordinal).Select(playbook => Practice.Of(playbook, runs, now))],
        HistoryModel.Of(runs, run => run.Mode == RunMode.Drill, playbooks, leftOut, now));
}

/// <param name="Last">When it was last drilled to its end, and how that went.</param>
/// <param name="Schedule">When it is drilled by the clock.</param>
public sealed record Practice(string Name, string Title, bool HasDrill, string Last, string Mood, string Best, string Schedule)
{
    public static Practice Of(Playbook playbook, IReadOnlyList<RunSummary> runs, DateTimeOffset now)
    {
        var drills = runs.Where(run => run.Mode == RunMode.Drill && run.Playbook == playbook.Name && run.State == RunState.Ended).ToList();
        var last = drills.MaxBy(run => run.EndedAt);
        var taken = drills.Where(run => run.RecoveredAt is not null && run.DetectedAt is not null).Select(run => run.RecoveredAt!.Value - run.DetectedAt!.Value).ToList();
        return new(playbook.Name, Shown.Text(playbook.Title, 200), playbook.Drill is not null,
            last is null ? "never" : $"{Spoken.Of(now - last.EndedAt!.Value)} ago: {RunWords.State(last).ToLowerInvariant()}, {RunWords.Verdict(last.Verdict)}", last is null ? "warn" : RunWords.Mood(last),
            taken.Count == 0 ? "–" : $"{Spoken.Of(taken.Max())} at the longest, of {taken.Count}",
            playbook.Triggers.OfType<Trigger.OnSchedule>().Where(schedule => schedule.Drill).Select(schedule => schedule.Cron).ToList() is { Count: > 0 } crons ? string.Join("; ", crons) : "none");
    }
}
