using System.Collections.Immutable;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Web.Pages.Runs;

/// <summary>What a run asks of people now, as far as the one who looks can answer it.</summary>
/// <param name="Id">Of the element, the same as long as the same is asked.</param>
public abstract record Ask(string Id, string Path, string Title, DateTimeOffset Until)
{
    /// <summary>What is asked at a time; a page with more would be read by nobody.</summary>
    public const int Max = 20;

    /// <param name="Counted">Votes so far, in words.</param>
    /// <param name="Silence">What happens when nobody decides.</param>
    /// <param name="Covered">What runs then, with its inputs, as JSON.</param>
    public sealed record Vote(string Id, string Path, string Title, OpenApproval Approval, string Counted, string Silence, ImmutableArray<CoveredStep> Covered, Foreseen Yes, Foreseen No)
        : Ask(Id, Path, Title, Approval.Until);

    public sealed record Task(string Id, string Path, string Title, string Text, string Role, DateTimeOffset Until, Foreseen Done) : Ask(Id, Path, Title, Until);

    /// <param name="Failure">Kind and message.</param>
    /// <param name="Again">A retry that states that the effect did not happen; null where a plain one is taken.</param>
    public sealed record AfterFailure(string Id, string Path, string Title, string Failure, DateTimeOffset Until, Foreseen Retry, Foreseen? Again, Foreseen Skip) : Ask(Id, Path, Title, Until);

    public static ImmutableArray<Ask> Of(Run run, Visitor visitor, DateTimeOffset now) => run.HasEnded || run.ParkedBecause is not null ? [] :
    [
        .. run.Steps.Open.OrderBy(step => step.Value.StartedAt).ThenBy(step => step.Key, StringComparer.Ordinal)
            .Select(step => Of(run, step.Key, step.Value, visitor, now)).OfType<Ask>().Take(Max),
    ];

    private static Ask? Of(Run run, string path, StepState state, Visitor visitor, DateTimeOffset now)
    {
        var title = Shown.Text(run.StepOf(path)?.Title ?? path, 200);
        switch (state)
        {
            case StepState.Voting { Approval: var approval } voting:
                return new Vote(PageLinks.VoteElement(path, approval.Round), path, title, approval, CountedWords(voting), SilenceWords(run, approval),
                    [.. approval.Covered.Properties.Select(step => new CoveredStep(Shown.Text(run.StepOf(step.Key)?.Title ?? step.Key, 200), step.Key, Shown.Text(step.Value.Text, 2000)))],
                    WhatIf.Vote(run, approval, visitor, true, now), WhatIf.Vote(run, approval, visitor, false, now));
            case StepState.TaskOpen task:
                var role = run.StepOf(path) is Step.ManualTask manual ? run.Playbook!.Roles.GetValueOrDefault(manual.Role, manual.Role) : "";
                return new Task(PageLinks.Element("task", path, 1), path, title, Shown.Text(task.Text, 2000), role, task.Until, WhatIf.Confirm(run, path, visitor, now));
            case StepState.AwaitingOrder awaiting:
                var retry = WhatIf.Order(run, new Order.Retry(path, false), visitor, now);
                var again = retry.Taken ? null : WhatIf.Order(run, new Order.Retry(path, true), visitor, now) is { Taken: true } other ? other : null;
                return new AfterFailure(PageLinks.Element("failed", path, 1), path, title, $"{WireName.Of(awaiting.Kind)}: {Shown.Text(awaiting.Message)}", awaiting.Until, retry, again,
                    WhatIf.Order(run, new Order.Skip(path, false), visitor, now));
            default:
                return null;
        }
    }

    private static string CountedWords(StepState.Voting voting)
    {
        var yes = voting.Votes.Where(vote => vote.Approves).Select(vote => Shown.Text(vote.Person, 100)).ToList();
        return $"{(voting.Approval.Quorum == 1 ? "One yes is" : FormattableString.Invariant($"{voting.Approval.Quorum} yeses are"))} needed{(yes.Count == 0 ? ", there is none yet" : FormattableString.Invariant($", {yes.Count} so far, from {string.Join(", ", yes)}"))}. One no ends it.";
    }

    private static string SilenceWords(Run run, OpenApproval approval) => run.StepOf(approval.Path) is Step.Approve approve ? approve.OnTimeout switch
    {
        OnTimeout.Deny => "If nobody decides in time, that means no.",
        OnTimeout.Proceed => "If nobody decides in time, that means YES: the run goes on.",
        OnTimeout.Goto target => $"If nobody decides in time, the run goes on at {target.Step}.",
        _ => throw new System.Diagnostics.UnreachableException(),
    } : "";
}

public sealed record CoveredStep(string Title, string Id, string Inputs);

/// <summary>An order to a run as a whole.</summary>
/// <param name="Name">pause, resume or cancel.</param>
public sealed record RunOrder(string Name, string Title, string Button, Foreseen Foreseen, bool Grave)
{
    public static ImmutableArray<RunOrder> Of(Run run, Visitor visitor, DateTimeOffset now)
    {
        if (run.HasEnded || run.ParkedBecause is not null)
            return [];
        var hold = run.Paused
            ? new RunOrder("resume", "Let it go on", "Resume the run", WhatIf.Order(run, new Order.Resume(), visitor, now), false)
            : new RunOrder("pause", "Hold it", "Pause the run", WhatIf.Order(run, new Order.Pause(), visitor, now), false);
        return [hold, new RunOrder("cancel", "End it", "Cancel the run", WhatIf.Order(run, new Order.Cancel(), visitor, now), true)];
    }
}
