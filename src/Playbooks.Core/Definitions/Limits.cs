namespace Playbooks.Core.Definitions;

/// <summary>Bounds of the language. Each has its own error; they keep a run's state small enough for every shell.</summary>
public static class Limits
{
    public const int DocumentMaxBytes = 256 * 1024;
    public const int DepthMax = 32;
    public const int StepsMax = 500;
    public const int BlocksNestedMax = 8;
    /// <summary>Step instances per run: the product of all bounds.</summary>
    public const int StepInstancesMax = 10_000;
    public const int UndoRecordsMax = 100;
    public const int ForEachItemsMax = 1_000;
    public const int StepOutputMaxBytes = 8 * 1024;
    /// <summary>Outputs of all steps of a run together.</summary>
    public const int RunOutputsMaxBytes = 32 * 1024;
    /// <summary>Inputs and alert together; what is larger goes to a blob and the run keeps the reference.</summary>
    public const int InputsAndAlertMaxBytes = 8 * 1024;
    public const int InlineDepthMax = 4;
    public const int PollsPerAttemptMax = 100;
    public const int ApprovalRoundsMax = 3;
    public const int QueuedRunsPerKeyMax = 10;
    /// <summary>Cards of a run that can be updated.</summary>
    public const int CardsMax = 256;
    /// <summary>Requests refused at the door that a run's journal keeps: whoever is refused is not to fill it.</summary>
    public const int RefusalsMax = 1_000;
    public const int EditorsMax = 16;
    /// <summary>Dead letters that a trigger may wait for. More is a slip of the pen, and nobody would wait for it.</summary>
    public const int DeadLettersAtLeastMax = 1_000_000;
    public static readonly TimeSpan AskWithinDefault = TimeSpan.FromMinutes(15);
    /// <summary>How long after its deadline an attempt may still report before its outcome counts as unknown.</summary>
    public static readonly TimeSpan OutcomeGrace = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan FinallyWithinDefault = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan TimeoutDefault = TimeSpan.FromMinutes(2);
}
