using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Simulation;

/// <summary>Whether every approval of a run was decided once, by people who were allowed to, for what they were shown and what then happened.</summary>
internal sealed class ApprovalWatch(string runId)
{
    private readonly Dictionary<string, RunEvent.VoteCast> casts = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Path, int Round), Asked> asked = [];
    private readonly Dictionary<string, string> coveredBy = new(StringComparer.Ordinal);
    private string starter = "";

    internal void Started(RunEvent.RunStarted started, Playbook playbook)
    {
        starter = started.StartedBy;
        foreach (var approve in playbook.Steps.OfType<Step.Approve>())
        {
            foreach (var covered in approve.Covers)
                coveredBy[covered] = approve.Id;
        }
    }

    internal void See(RunEvent happened)
    {
        switch (happened)
        {
            case RunEvent.VoteCast cast:
                casts.TryAdd(cast.VoteId, cast);
                break;
            case RunEvent.ApprovalOpened opened:
                Require(asked.TryAdd((opened.Path, opened.Round), new Asked(opened)), $"{opened.Path} is opened twice in round {opened.Round}");
                break;
            case RunEvent.ApprovalEscalated escalated:
                asked[(escalated.Path, escalated.Round)].Roles.Add(escalated.Role);
                break;
            case RunEvent.VoteCounted counted:
                Counts(counted);
                break;
            case RunEvent.ApprovalDecided decided when decided.By.Length > 0 || decided.Result != "denied":
                Decides(decided);
                break;
        }
    }

    /// <summary>A step begins: where an approval covers it, that has been given, and for these inputs.</summary>
    internal void Begins(RunEvent.AttemptStarted attempt)
    {
        if (!coveredBy.TryGetValue(StepPaths.IdOf(attempt.Id.Path), out var path))
            return;
        var last = asked.Where(entry => entry.Key.Path == path).OrderBy(entry => entry.Key.Round).LastOrDefault().Value;
        Require(last is { Result: "approved" or "proceed" }, $"{attempt.Id} begins and {path} stands at '{last?.Result ?? "not decided"}'");
        if (last!.Opened.Covered[StepPaths.IdOf(attempt.Id.Path)]?["with"] is { Kind: System.Text.Json.JsonValueKind.Object } shown && attempt.Inputs is { } inputs)
            Require(shown.Equals(inputs), $"{attempt.Id} gets {inputs.Text}; approved was {shown.Text}");
    }

    private void Counts(RunEvent.VoteCounted counted)
    {
        Require(asked.TryGetValue((counted.Path, counted.Round), out var question), $"vote {counted.VoteId} counts for nothing that was asked");
        Require(casts.TryGetValue(counted.VoteId, out var cast), $"vote {counted.VoteId} counts and nobody cast it");
        Require(cast!.Approves == counted.Approves && cast.Person == counted.Person, $"vote {counted.VoteId} is not counted as cast");
        Require(cast.Digest == question!.Opened.Digest, $"vote {counted.VoteId} is about something else than was asked");
        Require(cast.At < question.Opened.Until, $"vote {counted.VoteId} came too late");
        Require(cast.Roles.Any(question.Roles.Contains), $"{cast.Person} may not vote");
        Require(cast.Person != starter, $"{cast.Person} decides on a run of their own");
        Require(question.Voters.TryAdd(cast.Person, cast.Approves), $"{cast.Person} votes twice");
        Require(question.Result is null, $"vote {counted.VoteId} counts after the decision");
    }

    private void Decides(RunEvent.ApprovalDecided decided)
    {
        var question = asked[(decided.Path, decided.Round)];
        Require(question.Result is null, $"{decided.Path} is decided twice in round {decided.Round}");
        question.Result = decided.Result;
        var (yes, no) = (question.Voters.Count(vote => vote.Value), question.Voters.Count(vote => !vote.Value));
        Require(decided.Result switch
        {
            "approved" => yes >= question.Opened.Quorum && no == 0 && decided.By.All(question.Voters.ContainsKey),
            "denied" => no > 0,
            "expired" => question.Opened.OnTimeout == "deny" && decided.At >= question.Opened.Until,
            "proceed" => question.Opened.OnTimeout == "proceed" && decided.At >= question.Opened.Until,
            "goto" => question.Opened.OnTimeout.StartsWith("goto", StringComparison.Ordinal) && decided.At >= question.Opened.Until,
            _ => false,
        }, $"{decided.Path} is '{decided.Result}' with {yes} for and {no} against, of {question.Opened.Quorum}");
    }

    private void Require(bool holds, string otherwise) => Violation.When(!holds, Promises.Approval, () => $"{runId}: {otherwise}");

    private sealed class Asked(RunEvent.ApprovalOpened opened)
    {
        internal RunEvent.ApprovalOpened Opened { get; } = opened;
        internal HashSet<string> Roles { get; } = [.. opened.Roles];
        internal Dictionary<string, bool> Voters { get; } = new(StringComparer.Ordinal);
        internal string? Result { get; set; }
    }
}
