using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Simulation;

/// <summary>What is started in a simulated world, and by whom it is answered.</summary>
internal sealed partial class Simulation
{
    private const int RequestDigits = 10;
    private const double RandomShare = 0.25;

    private readonly Dictionary<string, StartResult> answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> runOfRequest = new(StringComparer.Ordinal);

    private void PlanStarts()
    {
        var shape = new Dice(Dice.Of(Seed, "shape"));
        var count = 1 + shape.Below(3);
        var playbooksHere = SimulatedPlaybooks.For(kind);
        var shared = shape.Of(playbooksHere);
        for (var index = 0; index < count; index++)
        {
            var number = index;
            var what = shape.Chance(RandomShare) ? PlannedStart.Random(Seed, shape, $"m{index}") : Of(shape.Chance(0.6) ? shared : shape.Of(playbooksHere), index);
            Agenda.In(shape.Between(0, 30) * number, () => StartOne(number, what));
        }
        if (Faults.Hit(Fault.TimerStorm))
            Begin("storm", PlannedStart.Of(SimulatedPlaybooks.SmallStorm, "m3", null));
        if (Faults.Hit(Fault.UnknownRun))
            Agenda.In(Dice.Between(0, 20), () => Send("nobody-knows-this-run", new RunEvent.SignalReceived("lost", "ready", JsonData.Null, Agenda.GetUtcNow())));
    }

    private void PlanStarts(IEnumerable<Playbook> given)
    {
        var number = 0;
        foreach (var playbook in given)
            Begin($"request-{number++}", PlannedStart.Of(playbook, "m1", null));
    }

    private static PlannedStart Of(Playbook playbook, int index) => playbook.Concurrency is null
        ? PlannedStart.Of(playbook, $"m{index}", null)
        : PlannedStart.Of(playbook, playbook.Name == "fraud-outage" ? "m4" : "m3", JsonData.Object(("id", JsonData.Of($"alert-{index}"))));

    private void StartOne(int number, PlannedStart what)
    {
        if (number > 0 && !what.IsRandom && Faults.Hit(Fault.PlaybookEdited))
            what = what with { Playbook = SimulatedPlaybooks.Edited(what.Playbook, newVersion: Dice.Chance(0.5)) };
        if (number > 0 && Faults.Hit(Fault.PlaybookDeleted))
        {
            // Nobody can start it any more; those that run have their own text, also after a restart.
            process?.Die();
            Restart();
            return;
        }
        Begin($"request-{number}", what);
        if (Faults.Hit(Fault.StartTwice))
            Agenda.In(Dice.Between(0, 60), () => Begin($"request-{number}", what));
    }

    private void Begin(string requestId, PlannedStart what, int tries = 0)
    {
        if (process is not { IsOpen: true, Frozen: false } open)
        {
            if (tries < 500)
                Agenda.In(TimeSpan.FromSeconds(2), () => Begin(requestId, what, tries + 1));
            return;
        }
        playbooks[what.Playbook.Digest] = what.Playbook;
        var request = new StartRequest(requestId, what.Playbook, what.Environment, what.Mode, what.Inputs, what.Alert, Starter, null, null, null);
        open.Start(request, answer => Answered(request, answer), () => Agenda.In(TimeSpan.FromSeconds(1), () => Begin(requestId, what, tries + 1)));
    }

    private void Answered(StartRequest request, StartResult answer)
    {
        var requestId = request.RequestId;
        Violation.When(!answers.TryAdd(requestId, answer) && answers[requestId] != answer && answer is not StartResult.Rejected, Promises.Requests,
            () => $"{requestId} was answered {answers[requestId]} and then {answer}");
        if (answer is not StartResult.Started started)
            return;
        Violation.When(Shell.AnswersFromJournal && Shell.Find(started.RunId) is null, Promises.Acknowledged, () => $"{started.RunId} is said to have started and is not in the journal");
        var (run, faults) = (started.RunId, Faults);
        if (faults.Hit(Fault.PrematureVote))
            Send(run, new RunEvent.VoteCast("early", "go", 1, "what-will-be-asked", "anna", ["approvers"], true, null, "api", Agenda.GetUtcNow()));
        if (faults.Hit(Fault.ManyDuplicates))
        {
            for (var copy = 0; copy < 100; copy++)
                Send(run, new RunEvent.OrderGiven("pause-once", new Order.Pause(), "commander", ["commanders"], "because", "api", Agenda.GetUtcNow()));
        }
        foreach (var name in request.Playbook.AllSteps().OfType<Step.Wait>().Select(wait => wait.For).OfType<WaitFor.Signal>().Select(signal => signal.Name).Distinct())
        {
            var signal = new RunEvent.SignalReceived("signal-" + name, name, JsonData.EmptyObject, Agenda.GetUtcNow());
            var mind = new Dice(Dice.Of(Seed, run + name));
            if (name == "ready" || mind.Chance(0.7))
                Agenda.In(mind.Between(1, 100), () => Send(run, signal));
            if (faults.Hit(Fault.SignalTwice))
                Agenda.In(Dice.Between(1, 900), () => Send(run, signal));
        }
    }

    /// <summary>A run is new: nobody has its request, and nobody runs under its key.</summary>
    private void FirstOf(StoredEvent entry)
    {
        if (entry.Event is not RunEvent.RunStarted started)
            return;
        Violation.When(!runOfRequest.TryAdd(entry.RunId[^RequestDigits..], entry.RunId), Promises.Requests, () => $"{entry.RunId} and {runOfRequest[entry.RunId[^RequestDigits..]]} come from one request");
        if (started.ConcurrencyKey is not { } key)
            return;
        var other = watches.Values.FirstOrDefault(watch => watch.RunId != entry.RunId && watch.Started?.ConcurrencyKey == key && watch.Ended is null && !IsParked(watch.RunId));
        Violation.When(other is not null, Promises.Requests, () => $"{entry.RunId} starts under the key of {other!.RunId}, which runs");
    }

    private bool IsParked(string runId) => Shell.Find(runId)!.Events.Exists(stored => stored.Event is RunEvent.RunParked);
}
