using System.Collections.Immutable;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Cards;

/// <summary>
/// One round of an approval: open with its buttons, or what became of it. Which it is, the run says; so a card that is built again is always the
/// current one.
/// </summary>
public static class ApprovalCard
{
    public static JsonData Of(Run run, string path, int round, CardContext context) => CardRoom.Fit(room =>
    {
        var standing = ApprovalStanding.Of(run, path, round);
        var subject = new CardSubject(run.Id, Notices.Approval(path, round), context.Nonce, null);
        var body = new List<JsonData>(CardParts.Banner(run))
        {
            CardParts.Heading(run, room, standing is ApprovalStanding.Open ? $"A decision is needed: {CardParts.Name(run, path)}" : $"Decision: {CardParts.Name(run, path)}"),
            CardParts.Origin(run, room),
        };
        body.AddRange(Standing(standing, room));
        if (standing.Approval is { } approval)
            body.AddRange(Asked(run, approval, standing.Votes, room));
        if (context.Viewer is { } viewer)
            body.Add(CardParts.Box("emphasis", CardParts.Runs(null, CardParts.Run("You: ", bold: true), CardParts.Run(room.Text(viewer.Says, CardLimits.InputsMaxCharacters)))));
        body.AddRange(CardParts.Cut(room));
        body.AddRange(standing is ApprovalStanding.Open open ? Ways(run, open.Asked, subject, context) : Look(run, context));
        return CardParts.Card(body, $"{Says(standing)} Run {CardText.Safe(run.Id)}. This client cannot show the card.",
            standing is ApprovalStanding.Open ? CardParts.Refresh(subject with { Verb = CardVerbs.Refresh }, context) : null);
    });

    private static string Says(ApprovalStanding standing) => standing switch
    {
        ApprovalStanding.Open => "A decision is needed.",
        ApprovalStanding.Decided decided => decided.Says,
        ApprovalStanding.Superseded => "What was asked has changed.",
        ApprovalStanding.Withdrawn => "This is not asked any more.",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static IEnumerable<JsonData> Standing(ApprovalStanding standing, CardRoom room)
    {
        switch (standing)
        {
            case ApprovalStanding.Open { Asked: var asked }:
                yield return CardParts.Box("warning",
                    CardParts.Runs(null, CardParts.Run($"◷ Decide by {CardParts.Instant(asked.Until)}", bold: true), CardParts.Run(room.Text($", {CardWords.Silence(asked.OnTimeout)}.", CardLimits.NameMaxCharacters))),
                    CardParts.Ours(CardParts.YourClock(asked.Until), spacing: "None"));
                break;
            case ApprovalStanding.Decided decided:
                yield return CardParts.Box(decided.GoesOn ? "good" : "attention", CardParts.Ours(decided.Says, bold: true),
                    CardParts.Runs("None", CardParts.Run($"At {CardParts.Instant(decided.At)}. {(decided.GoesOn ? "The run goes on." : "The run does not do what was asked.")}")));
                break;
            case ApprovalStanding.Superseded superseded:
                yield return CardParts.Box("warning", CardParts.Ours("↻ What was asked has changed. This card decides nothing any more; look for the newer one.", bold: true),
                    CardParts.Runs("None", CardParts.Run(room.Text(superseded.What, CardLimits.MessageMaxCharacters))));
                break;
            case ApprovalStanding.Withdrawn:
                yield return CardParts.Box("emphasis", CardParts.Ours("◼ This is not asked any more: the run has gone another way.", bold: true));
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static IEnumerable<JsonData> Asked(Run run, OpenApproval approval, ImmutableArray<Vote> votes, CardRoom room)
    {
        yield return CardParts.Runs("Medium", CardParts.Run(room.Text(approval.Message, CardLimits.MessageMaxCharacters)));
        var covered = approval.Covered.Properties;
        yield return CardParts.Ours(covered.IsEmpty ? "It covers no step." : "What a yes allows, exactly this and nothing else:", bold: true);
        foreach (var (step, what) in room.First(covered, CardLimits.CoveredMax))
            yield return CardParts.Runs("None", CardParts.Run(room.Text(step, CardLimits.NameMaxCharacters), bold: true), CardParts.Run(room.Text(" " + Inputs(what), CardLimits.InputsMaxCharacters), mono: true));
        yield return CardParts.Fact("Who decides", room.Text($"{approval.Quorum} of {string.Join(" or ", approval.Roles)}; one no ends it; never who started the run ({run.Started?.StartedBy})", CardLimits.InputsMaxCharacters), "Medium");
        if (!votes.IsEmpty)
            yield return CardParts.Fact("Votes", room.Text(string.Join("; ", room.First(votes, CardLimits.PeopleMax).Select(Of)), CardLimits.MessageMaxCharacters));
        if (CardWords.Rto(run) is { } rto)
            yield return CardParts.Fact("Time to recover", rto);
        yield return CardParts.Fact("Digest of what is asked", CardText.Short(CardText.Safe(approval.Digest), DigestCharacters));
    }

    /// <summary>Enough to compare with the page by eye.</summary>
    private const int DigestCharacters = 24;

    private static string Inputs(JsonData what) => what["do"]?.AsString() is { } action ? $"{action} {what["with"]?.Text}" : what.AsString() ?? what.Text;

    private static string Of(Vote vote) =>
        $"{(vote.Approves ? "✔ yes" : "✖ no")} by {vote.Person} at {CardParts.Clock(vote.At)}{(vote.SelfApproved ? " (started the run)" : "")}{(vote.Scripted ? " (a script)" : "")}";

    private static IEnumerable<JsonData> Ways(Run run, OpenApproval approval, CardSubject subject, CardContext context)
    {
        if (approval.DecideOn == Votes.ViaPage)
        {
            yield return CardParts.Ours("This is decided on our page only, after signing in there. Nothing that is written or pressed here counts.");
            if (context.Pages is { } only)
                yield return CardParts.Actions(CardParts.Open("Sign in and decide", PageLinks.Approval(only, run.Id, approval.Path, approval.Round)));
            yield break;
        }
        if (context.Viewer is { MayDecide: false })
        {
            foreach (var look in Look(run, context))
                yield return look;
            yield break;
        }
        yield return CardParts.Input(CardInputs.Comment, "Comment (kept with your vote)", "Why, or what you have checked", null);
        var actions = new List<JsonData>
        {
            CardParts.Press("✔ Approve", subject with { Verb = CardVerbs.Approve }, "positive"),
            CardParts.Press("✖ Reject", subject with { Verb = CardVerbs.Reject }, "destructive"),
        };
        if (context.Pages is { } pages)
            actions.Add(CardParts.Open("Open on the page", PageLinks.Approval(pages, run.Id, approval.Path, approval.Round)));
        yield return CardParts.Actions(actions);
    }

    private static IEnumerable<JsonData> Look(Run run, CardContext context)
    {
        if (context.Pages is { } pages)
            yield return CardParts.Actions(CardParts.Open("Open the run", PageLinks.Run(pages, run.Id)));
    }
}
