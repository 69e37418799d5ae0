using System.Collections.Immutable;
using Playbooks.Connectors.Teams.Package;
using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;

namespace Playbooks.Connectors.Teams;

/// <summary>Something that people are asked, whatever it is, as the channels need it.</summary>
/// <param name="Groups">Of the environment: whose members are asked.</param>
/// <param name="What">In one sentence.</param>
/// <param name="Page">Where it can be answered without Teams.</param>
internal sealed record Question(string RunId, string Notice, ImmutableArray<string> Groups, string What, DateTimeOffset AskedAt, DateTimeOffset Until, Uri Page, string ActivityType)
{
    public static Question Of(Run run, OpenApproval approval, Uri pages) => new(run.Id, Notices.Approval(approval.Path, approval.Round), approval.Roles,
        $"{Drill(run)}Decide on {approval.Path} of {run.Id}: {approval.Message}", approval.OpenedAt, approval.Until, PageLinks.Approval(pages, run.Id, approval.Path, approval.Round), AppManifest.ApprovalRequired);

    public static Question Of(Run run, Command.AskPerson ask, Uri pages) => new(run.Id, Notices.Ask(ask.Path, ask.What), [ask.Role],
        $"{Drill(run)}{(ask.What == AskFor.Order ? "Say what follows the failure of" : "Do by hand")} {ask.Path} of {run.Id}: {ask.Text}", run.StateOf(ask.Path)?.StartedAt ?? run.Now, ask.Until,
        PageLinks.Run(pages, run.Id), AppManifest.PersonNeeded);

    /// <summary>The moment for a reminder.</summary>
    public DateTimeOffset Half => AskedAt + ((Until - AskedAt) / 2);

    /// <summary>Nobody has reacted.</summary>
    public bool IsUntouched(Run run) => NoticeCard.IsOpen(run, Notice) && !run.Steps.Open.Any(step => step.Value is StepState.Voting { Votes.IsEmpty: false } voting
        && Notices.Approval(step.Key, voting.Approval.Round) == Notice);

    private static string Drill(Run run) => run.Mode == RunMode.Drill ? "DRILL. " : "";
}
