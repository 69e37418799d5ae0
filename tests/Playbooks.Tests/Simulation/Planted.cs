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
}
