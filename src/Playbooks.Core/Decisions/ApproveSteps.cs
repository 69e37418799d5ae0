using System.Collections.Immutable;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary><c>approve</c>: people decide, and what they decided on is what happens.</summary>
internal static class ApproveSteps
{
    public const string Approved = "approved";
    public const string Denied = "denied";
    public const string Expired = "expired";
    public const string Proceed = "proceed";
    public const string Goto = "goto";

    public static void Open(Deciding d, StepAt at, Step.Approve step, int round)
    {
        var scope = Scope.For(d.Run, at.Place.Body);
        var message = step.Message.Evaluate(scope);
        if (message.Error is { } error)
        {
            Failing.Fail(d, at, ErrorKind.Invalid, $"The message cannot be resolved: {error.Message}");
            return;
        }
        if (Covered(d, at, step, scope, out var problem) is not { } covered)
        {
            Failing.Fail(d, at, ErrorKind.Invalid, problem!);
            return;
        }
        var until = Place.Earlier(d.Now + step.DecideWithin, at.Place.Cap)!.Value;
        d.State(new RunEvent.ApprovalOpened(at.Path, round, [RoleGroup(d, step.Role)], step.Quorum, message.Value!.AsString() ?? message.Value.Text,
            covered, Digest(d.Run, at.Path, covered), until, Silence(step.OnTimeout), d.Now) { DecideOn = step.OnPage ? Votes.ViaPage : null });
    }

    public static void Decide(Deciding d, StepAt at, Step.Approve step, StepState.Voting voting)
    {
        var approval = voting.Approval;
        if (d.Run.LastOrder > voting.OpenedAt && Changed(d, at, step, approval) is { } what)
        {
            d.State(new RunEvent.ApprovalVoided(at.Path, approval.Round, what, d.Now));
            return;
        }
        var approving = voting.Votes.Where(vote => vote.Approves).ToImmutableArray();
        var rejecting = voting.Votes.Where(vote => !vote.Approves).ToImmutableArray();
        if (rejecting.Length > 0)
        {
            End(d, at, approval, Denied, rejecting);
            Failing.Stop(d, at, ErrorKind.Denied, $"{string.Join(", ", rejecting.Select(vote => vote.Person))} said no.");
        }
        else if (approving.Length >= approval.Quorum)
        {
            End(d, at, approval, Approved, approving);
            Succeed(d, at, approval, Approved, approving);
        }
        else if (d.Due("approval/" + at.Path, approval.Until))
        {
            Timeout(d, at, step, voting);
        }
        else
        {
            if (voting.Escalations < step.Escalate.Length
                && d.Due($"escalate/{at.Path}", approval.OpenedAt + step.Escalate[voting.Escalations].After))
            {
                d.State(new RunEvent.ApprovalEscalated(at.Path, approval.Round, RoleGroup(d, step.Escalate[voting.Escalations].Role), d.Now));
                return;
            }
            d.Want(new Command.AskForVotes(approval));
        }
    }

    /// <summary>Opens the next round, or ends a question that was asked too often.</summary>
    public static void Reopen(Deciding d, StepAt at, Step.Approve step, StepState.Voided voided)
    {
        if (voided.Round < Limits.ApprovalRoundsMax)
        {
            Open(d, at, step, voided.Round + 1);
            return;
        }
        d.State(new RunEvent.ApprovalDecided(at.Path, voided.Round, Denied, [], d.Now));
        Failing.Stop(d, at, ErrorKind.Denied, $"What was asked changed {Limits.ApprovalRoundsMax} times.");
    }

    /// <summary>
    /// Whether a step that approvals cover may start: each ended approved or proceed, for exactly what would happen now.
    /// States what follows where it may not.
    /// </summary>
    public static bool Allows(Deciding d, StepAt at)
    {
        if (!PlaybookIndex.Of(d.Playbook).IsCovered(at.Step))
            return true;
        foreach (var (step, path, place) in Covering(d, at))
        {
            if (d.StateOf(path) is not StepState.Succeeded { Prior: StepState.Voting voting } succeeded
                || succeeded.Output["result"]?.AsString() is not (Approved or Proceed))
            {
                Failing.Fail(d, at, ErrorKind.Denied, $"It needs the approval of {path}, which has not been given.");
                return false;
            }
            if (Changed(d, new StepAt(step, path, place, []), step, voting.Approval) is { } what)
            {
                d.State(new RunEvent.ApprovalVoided(path, voting.Approval.Round, what, d.Now));
                return false;
            }
        }
        return true;
    }

    /// <summary>Approvals that cover the step: they stand in its own list or in one around it.</summary>
    private static IEnumerable<(Step.Approve Step, string Path, Place Place)> Covering(Deciding d, StepAt at)
    {
        foreach (var path in d.Run.Steps.All.Select(step => step.Key).Order(StringComparer.Ordinal))
        {
            if (StepPaths.Find(d.Playbook, path) is Step.Approve approve
                && d.Playbook.AllSteps().Any(covered => approve.Covers.Contains(covered.Id) && covered.WithDescendants().Any(inner => inner.Id == at.Step.Id))
                && StepPaths.BodyOf(path) is var body
                && (body.Length == 0 || at.Path.StartsWith(body + "/", StringComparison.Ordinal)))
                yield return (approve, path, new Place(body, null));
        }
    }

    private static string? Changed(Deciding d, StepAt at, Step.Approve step, OpenApproval approval)
    {
        if (Covered(d, at, step, Scope.For(d.Run, at.Place.Body), out var problem) is not { } covered)
            return problem;
        if (Digest(d.Run, at.Path, covered) == approval.Digest)
            return null;
        var changed = covered.Properties.Where(step => approval.Covered[step.Key] != step.Value)
            .Select(step => $"{step.Key} would get {step.Value.Text} instead of {approval.Covered[step.Key]?.Text ?? "nothing"}");
        return string.Join("; ", changed);
    }

    private static JsonData? Covered(Deciding d, StepAt at, Step.Approve approve, JsonData scope, out string? problem)
    {
        problem = null;
        var covered = new List<KeyValuePair<string, JsonData>>();
        // A block is covered with all that it does.
        foreach (var step in d.Playbook.AllSteps().Where(step => approve.Covers.Contains(step.Id)).SelectMany(step => step.WithDescendants()).DistinctBy(step => step.Id))
        {
            var what = JsonData.Of("as written");
            if (step is Step.Do act)
            {
                var inputs = InputsOf(d.Playbook, act, scope);
                if (inputs.Error is { } error)
                {
                    problem = $"The inputs of {step.Id}, which {at.Path} covers, cannot be resolved: {error.Message}";
                    return null;
                }
                what = JsonData.Object(("do", JsonData.Of(act.Action.Name)), ("with", inputs.Value!));
            }
            covered.Add(new(step.Id, what));
        }
        return JsonData.Object(covered);
    }

    /// <summary>The covered inputs; inside a <c>forEach</c> those of every item, in order.</summary>
    private static EvaluationResult InputsOf(Playbook playbook, Step.Do act, JsonData scope)
    {
        if (playbook.AllSteps().OfType<Step.ForEach>().LastOrDefault(loop => loop.WithDescendants().Contains(act)) is not { } forEach)
            return JsonTemplate.ResolveFields(act.With, scope);
        var items = forEach.Items.Resolve(scope);
        if (items.Error is not null)
            return items;
        var all = new List<JsonData>();
        foreach (var item in items.Value!.Elements)
        {
            var inputs = JsonTemplate.ResolveFields(act.With, JsonData.Object(scope.Properties.Append(new("item", item)).Append(new("index", JsonData.Of(all.Count)))));
            if (inputs.Error is not null)
                return inputs;
            all.Add(inputs.Value!);
        }
        return EvaluationResult.Of(JsonData.Array(all));
    }

    /// <summary>Playbook, covered inputs and targets (the environment's text), and the mode: a drill's approval is never a live one.</summary>
    private static string Digest(Run run, string path, JsonData covered) => EffectKey.Hash(string.Join('\n',
        run.Id, WireName.Of(run.Mode), path, run.Playbook!.Digest, run.Environment!.Digest, System.Text.Encoding.UTF8.GetString(covered.Canonical())));

    private static void Timeout(Deciding d, StepAt at, Step.Approve step, StepState.Voting voting)
    {
        switch (step.OnTimeout)
        {
            case OnTimeout.Deny:
                End(d, at, voting.Approval, Expired, []);
                Failing.Stop(d, at, ErrorKind.Denied, $"Nobody decided until {Decider.Instant(voting.Approval.Until)}.");
                break;
            case OnTimeout.Proceed:
                End(d, at, voting.Approval, Proceed, []);
                Succeed(d, at, voting.Approval, Proceed, []);
                break;
            case OnTimeout.Goto next:
                End(d, at, voting.Approval, Goto, []);
                Succeed(d, at, voting.Approval, Goto, []);
                Failing.JumpOver(d, at, next.Step);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static void End(Deciding d, StepAt at, OpenApproval approval, string result, ImmutableArray<Vote> by) =>
        d.State(new RunEvent.ApprovalDecided(at.Path, approval.Round, result, [.. by.Select(vote => vote.Person)], d.Now));

    private static void Succeed(Deciding d, StepAt at, OpenApproval approval, string result, ImmutableArray<Vote> by) =>
        d.State(new RunEvent.StepSucceeded(at.Path, JsonData.Object(("result", JsonData.Of(result)), ("round", JsonData.Of(approval.Round)),
            ("by", JsonData.Array(by.Select(vote => JsonData.Of(vote.Person))))), d.Now));

    private static string RoleGroup(Deciding d, string role) => d.Playbook.Roles.GetValueOrDefault(role, role);

    private static string Silence(OnTimeout rule) => rule switch
    {
        OnTimeout.Deny => "deny",
        OnTimeout.Proceed => "proceed",
        OnTimeout.Goto next => "goto " + next.Step,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
