using System.Collections.Immutable;

namespace Playbooks.Tests.Simulation;

/// <summary>Defects as people make them. One simulation has at most one, to see that the promises notice it.</summary>
internal enum Planted
{
    Nothing,

    // The decider's.
    KeyHoldsAttempt, KeyHoldsOwner, OnceRepeatedOnRestart, AnswerOfAnyAttempt, NoDrain, UndoForward, RejoinsOnFailure, SafetyOnlyClaimed,
    SecondVoteCounts, LateVoteCounts, OldDigestCounts, StarterMayVote, StrangerMayVote, SilenceApproves, StrangerMayOrder, PauseIgnored,
    SignalDroppedWhilePaused, PauseForgottenOnReplay, DecidesByChance,

    // The loop's and what stands around it.
    AnswersBeforeCommit, ActsBeforeCommit, ActsAfterFailedCommit, ReportsNotNoted, NothingForgotten, ParkedToldToNobody,
    TimerFiresEarly, TimerFiresTwice, TimersLostOnRestart, TimersIgnoreClock, TimerNotDropped, ZombieActs,

    // The journal's.
    NoFencing, FailedSyncTakenForDone, TailLostOnOpening, ChainNotLinked, StartsForgotten, KeysForgotten, RunForgottenOnOpening,

    // Connectors'.
    PointerBeforeCopy, LetterDeletedBeforeCopy, TransientAfterEffect,

    // The second shell's.
    ClaimIgnored, OutcomeOfAnyAttempt, LostAnswerIsAnothers, FenceIgnored, SignalsLostAtRotation, PositionForgottenAtRotation, PauseForgottenAtRotation,
    TimersLeftAtRotation, TimerFromWallClock,
}

/// <summary>Where a defect can be made.</summary>
internal static class PlantedDefects
{
    /// <summary>Of the loop, the wheel and the journal file, which the second shell has not.</summary>
    private static readonly ImmutableArray<Planted> OnlyEmbedded =
    [
        Planted.AnswersBeforeCommit, Planted.ReportsNotNoted, Planted.NothingForgotten, Planted.TimerFiresTwice, Planted.TimersLostOnRestart, Planted.TimersIgnoreClock,
        Planted.TimerNotDropped, Planted.ZombieActs, Planted.FailedSyncTakenForDone, Planted.TailLostOnOpening, Planted.ChainNotLinked, Planted.KeysForgotten,
        Planted.RunForgottenOnOpening,
        // The second shell's activities claim what they do, so there it does no harm.
        Planted.OnceRepeatedOnRestart,
    ];

    private static readonly ImmutableArray<Planted> OnlySecond =
    [
        Planted.ClaimIgnored, Planted.OutcomeOfAnyAttempt, Planted.LostAnswerIsAnothers, Planted.FenceIgnored, Planted.SignalsLostAtRotation,
        Planted.PositionForgottenAtRotation, Planted.PauseForgottenAtRotation, Planted.TimersLeftAtRotation, Planted.TimerFromWallClock,
    ];

    internal static IEnumerable<Planted> Of(Shell shell) =>
        Enum.GetValues<Planted>().Where(defect => defect != Planted.Nothing && !(shell == Shell.Embedded ? OnlySecond : OnlyEmbedded).Contains(defect));
}
