namespace Playbooks.Tests.Simulation;

internal enum Fault
{
    CrashBeforeAppend, CrashAfterAppend, CrashAmongDeeds, CrashBeforeEffect, CrashBetweenEffectAndAnswer, CrashInRecovery,
    TwoOwners, WokenZombie,
    AppendFails, SyncFailsButStored, DiskFull,
    ClockForward, ClockYearsForward, ClockBack,
    FailsBefore, Throttled, FailsForGood, FailsAfter, NeverAnswers, AnswersLate, SentTwice, Pends, AnswersTwice, Contradicts, AnswersOtherStep, Throws,
    VoteTwice, VoteOtherBody, LateVote, PrematureVote, VoteOnOldDigest, StrangerVotes, StarterVotes,
    Reordered, UnknownRun, StartTwice, SignalTwice, ManyDuplicates,
    Pauses, Cancels, Retries, RetriesAgain, Skips, StrangerOrders,
    TellFails, AnchorFails,
    PlaybookEdited, PlaybookDeleted, PoisonRun, TimerStorm,

    // Only where a host keeps histories, hands out activities and delivers signals.
    TurnLost, ResultLost, ResultLate, ExecutedTwice, StoreFails, StoreFailsAfter, DiesAtStore,
    DeliveredTwice, DeliveredLate, ScheduledTwice, InstanceLost, InstanceGoesOn,
}

/// <summary>
/// Which fault happens when. Each opportunity is drawn by itself from the seed, so that leaving one fault out moves no other; a whole kind is
/// absent from many seeds, because faults hide each other.
/// </summary>
internal sealed class Faults
{
    internal static readonly Fault[] All = Enum.GetValues<Fault>();

    /// <summary>The embedded shell is its own host: a turn is an append, and what it runs it hears of itself.</summary>
    private static readonly Fault[] OfAHost =
    [
        Fault.TurnLost, Fault.ResultLost, Fault.ResultLate, Fault.ExecutedTwice, Fault.StoreFails, Fault.StoreFailsAfter, Fault.DiesAtStore,
        Fault.DeliveredTwice, Fault.DeliveredLate, Fault.ScheduledTwice, Fault.InstanceLost, Fault.InstanceGoesOn,
    ];

    private readonly ulong seed;
    private readonly double[] rates = new double[All.Length];
    private readonly int[] asked = new int[All.Length];
    private readonly HashSet<(Fault, int)>? only;

    internal Faults(ulong seed, IEnumerable<(Fault, int)>? only, bool none)
    {
        this.seed = Dice.Mix(seed ^ 0xFA17);
        this.only = only?.ToHashSet();
        if (none)
            return;
        // Some seeds are gentle all over: without them nothing would be compared with a fault-free run.
        var wild = Dice.Unit(Dice.Mix(this.seed)) < 0.3 ? 0.15 : 1;
        foreach (var fault in All)
        {
            var draw = Dice.Unit(Dice.Mix(this.seed + (ulong)fault + 1));
            rates[(int)fault] = draw < 0.6 ? 0 : Highest(fault) * wild * Math.Pow((draw - 0.6) / 0.4, 2);
        }
    }

    internal static bool ExistsIn(Shell shell, Fault fault) => shell == Shell.Second || !OfAHost.Contains(fault);

    /// <summary>What happened, in order: fault and the number of its opportunity.</summary>
    internal List<(Fault Fault, int Opportunity)> Happened { get; } = [];

    /// <summary>False once the world is healed.</summary>
    internal bool Rage { get; set; } = true;

    internal bool Hit(Fault fault)
    {
        if (!Rage || rates[(int)fault] == 0)
            return false;
        var opportunity = ++asked[(int)fault];
        var hit = only?.Contains((fault, opportunity))
            ?? Dice.Unit(Dice.Mix(seed ^ ((ulong)fault << 40) ^ (ulong)opportunity)) < rates[(int)fault];
        if (hit)
            Happened.Add((fault, opportunity));
        return hit;
    }

    private static double Highest(Fault fault) => fault switch
    {
        Fault.CrashBeforeAppend or Fault.CrashAfterAppend or Fault.CrashBeforeEffect or Fault.CrashBetweenEffectAndAnswer or Fault.CrashAmongDeeds => 0.12,
        Fault.CrashInRecovery => 0.3,
        Fault.TwoOwners or Fault.AppendFails or Fault.SyncFailsButStored or Fault.DiskFull => 0.06,
        Fault.ClockYearsForward => 0.03,
        Fault.FailsForGood => 0.1,
        Fault.PoisonRun or Fault.TimerStorm => 0.05,
        Fault.ManyDuplicates => 0.05,
        Fault.WokenZombie or Fault.InstanceGoesOn => 1,
        Fault.TurnLost or Fault.DiesAtStore => 0.04,
        Fault.InstanceLost or Fault.ResultLate or Fault.StoreFails or Fault.StoreFailsAfter => 0.06,
        _ => 0.3,
    };
}
