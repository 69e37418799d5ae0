using Playbooks.Core.Cards;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Web.Teams;

/// <summary>The card as it is now, for one person. Built from the run each time, so that whatever card somebody looks at becomes the current one.</summary>
/// <param name="gate">Says who may decide; only so that buttons are left out for those who may not.</param>
/// <param name="pages">Where our own pages are; null where there are none.</param>
public sealed class CardViews(Gate gate, Uri? pages, TimeProvider time)
{
    /// <summary>For looking; a directory that is slow leaves the buttons on the card, and whoever presses one is judged anyway.</summary>
    private static readonly TimeSpan LookedUpWithin = TimeSpan.FromSeconds(2);
    private const string Copy = "This is not the newest card of what is asked, and it decides nothing. Use the newest one of the thread.";
    private const string Renewed = "This card has been renewed since; it decides nothing before you look at it again.";

    /// <param name="viewer">Null for the card that everybody sees.</param>
    public CardReply Of(Run run, CardPress press, BotActivity activity, CardViewer? viewer)
    {
        var says = viewer?.Says ?? "";
        if (!CardChecks.MayBeShown(run, press, activity))
            return CardReply.Card(CopiedCard.Of(pages, run.Id), says);
        // The last word on a card that is not the newest is that it is not: pressing it again would be refused again.
        var shown = CardChecks.IsCurrent(run, press, activity) || !NoticeCard.IsOpen(run, press.Subject.Notice) ? viewer : NotCurrent(viewer, CardChecks.IsSameMessage(run, press, activity) ? Renewed : Copy);
        var context = new CardContext(pages, press.Subject.Nonce) { Viewer = shown, RefreshFor = [activity.From.Id] };
        return CardReply.Card(NoticeCard.Of(run, press.Subject.Notice, context) ?? throw new System.Diagnostics.UnreachableException(), says);
    }

    /// <summary>What the card says to who looks at it; null where it is the same for them as for all.</summary>
    public async Task<CardViewer?> ViewerAsync(Run run, CardPress press, BotActivity activity, Caller by)
    {
        if (press.Place is not CardPlace.Approval asked || run.StateOf(asked.At) is not StepState.Voting voting || voting.Approval.Round != asked.Round)
            return null;
        if (voting.Votes.FirstOrDefault(vote => vote.Person == by.Person) is { } given)
            return new CardViewer(given.Approves ? "Your yes counts." : "Your no counts.", MayDecide: false);
        if (run.Started?.StartedBy == by.Person)
            return new CardViewer("You started this run, so you have no vote.", MayDecide: false);
        if (run.Playbook?.Editors.Contains(by.Person) is true)
            return new CardViewer("You made this version of the playbook, so you have no vote.", MayDecide: false);
        return activity.From.Person is null || run.Environment is not { } environment ? new CardViewer("Only people of the directory decide.", MayDecide: false)
            : await StandingAsync(by, environment).ConfigureAwait(false) switch
            {
                Standing.Nobody nobody => new CardViewer(nobody.Reason, MayDecide: false),
                Standing.Member member when !AccessTable.Allows(member.Roles, Operation.Vote) || !member.Groups.Any(voting.Approval.Roles.Contains) =>
                    new CardViewer($"Only holders of {string.Join(" or ", voting.Approval.Roles)} may vote.", MayDecide: false),
                _ => null,
            };
    }

    private static CardViewer NotCurrent(CardViewer? viewer, string why) => new(viewer is null ? why : $"{viewer.Says} {why}", MayDecide: false);

    /// <summary>Null where nobody can tell in time.</summary>
    private async Task<Standing?> StandingAsync(Caller by, DeploymentEnvironment environment)
    {
        try
        {
            return await gate.StandingAsync(by, Operation.ViewRuns, environment, CancellationToken.None).WaitAsync(LookedUpWithin, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
