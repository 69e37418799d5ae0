using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>Who may vote, on what, until when.</summary>
public static class Votes
{
    /// <summary>At the machine: in a drill, also who started the run may decide there.</summary>
    public const string ViaTerminal = "terminal";
    /// <summary>On our own page, signed in: the strongest proof of who decides.</summary>
    public const string ViaPage = "page";
    public const string ViaTeams = "teams";
    public const string ViaApi = "api";
    /// <summary>By a script, which only a drill takes, from the identity that its environment names.</summary>
    public const string ViaScript = "script";

    internal static void Judge(Deciding d, RunEvent.VoteCast vote)
    {
        if (Refusal(d, vote, out var self, out var scripted) is { } reason)
            d.State(new RunEvent.VoteRefused(vote.VoteId, vote.Path, vote.Person, reason, d.Now));
        else
            d.State(new RunEvent.VoteCounted(vote.VoteId, vote.Path, vote.Round, vote.Person, vote.Approves, self, scripted, d.Now));
    }

    private static string? Refusal(Deciding d, RunEvent.VoteCast vote, out bool self, out bool scripted)
    {
        self = vote.Person == d.Run.Started!.StartedBy;
        scripted = vote.Via == ViaScript;
        if (d.Run.Phase is not RunPhase.Recovering || d.StateOf(vote.Path) is not StepState.Voting voting)
            return "No approval is open there.";
        var approval = voting.Approval;
        if (vote.Round != approval.Round || vote.Digest != approval.Digest)
            return "What is asked has changed since; look at it again.";
        if (vote.At >= approval.Until)
            return $"It had to be decided until {Decider.Instant(approval.Until)}.";
        if (scripted && (d.Run.Mode != RunMode.Drill || vote.Person != d.Environment.Drill?.ScriptedApprover))
            return "Only a drill's scripted approver may vote by script.";
        if (!vote.Roles.Any(approval.Roles.Contains))
            return $"Only holders of {string.Join(" or ", approval.Roles)} may vote.";
        // A drill is rehearsed by one person at a terminal; the evidence says so, and four eyes count as not proven.
        var rehearsed = d.Run.Mode == RunMode.Drill && d.Environment.Kind == EnvironmentKind.Drill && vote.Via is ViaTerminal or ViaScript;
        if (self && !rehearsed)
            return "Nobody decides on a run that they started.";
        if (d.Playbook.Editors.Contains(vote.Person) && !rehearsed)
            return "Nobody decides on a run of a playbook that they edited.";
        if (approval.DecideOn == ViaPage && vote.Via != ViaPage && !rehearsed)
            return "This is decided on the signed-in page only.";
        if (voting.Votes.Any(counted => counted.Person == vote.Person))
            return "One person, one vote.";
        return null;
    }
}
