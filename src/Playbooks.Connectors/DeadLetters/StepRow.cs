using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;

namespace Playbooks.Connectors.DeadLetters;

internal enum StepPhase { Collecting, Replaying, Stopped, Done }

/// <summary>How far one step has come, so that whoever asks next goes on where it stood.</summary>
/// <param name="Step">Effect key.</param>
/// <param name="Bound">Letters that became dead after this, by the queue's clock, are another step's.</param>
internal sealed record StepRow(string Step, StepPhase Phase, DateTimeOffset Bound)
{
    /// <summary>Letters to replay, at the start of the ramp.</summary>
    public int Planned { get; init; }
    /// <summary>Index of the share being sent; past the last one it counts rounds of letters that came back.</summary>
    public int Stage { get; init; }
    /// <summary>The stage is sent; until then it is watched whether letters come back.</summary>
    public DateTimeOffset? WatchUntil { get; init; }
    /// <summary>Letters sent and come back before this ramp began, after a stop.</summary>
    public int SentBefore { get; init; }
    public int ReturnedBefore { get; init; }
    /// <summary>Attempt that stopped: the same one, asked again, says the same; a later one goes on.</summary>
    public string StoppedBy { get; init; } = "";
    /// <summary>What was answered when it stopped or was done.</summary>
    public string Answer { get; init; } = "";

    public static string RowKey(string step) => "step|" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(step)));

    public static StepRow Read(TableEntity entity) => new(entity.GetString(nameof(Step)),
        Enum.Parse<StepPhase>(entity.GetString(nameof(Phase)), ignoreCase: true), entity.GetDateTimeOffset(nameof(Bound))!.Value)
    {
        Planned = entity.GetInt32(nameof(Planned)) ?? 0,
        Stage = entity.GetInt32(nameof(Stage)) ?? 0,
        WatchUntil = entity.GetDateTimeOffset(nameof(WatchUntil)),
        SentBefore = entity.GetInt32(nameof(SentBefore)) ?? 0,
        ReturnedBefore = entity.GetInt32(nameof(ReturnedBefore)) ?? 0,
        StoppedBy = entity.GetString(nameof(StoppedBy)) ?? "",
        Answer = entity.GetString(nameof(Answer)) ?? "",
    };

    public TableEntity ToEntity(string partition) => new(partition, RowKey(Step))
    {
        [nameof(Step)] = Step,
        [nameof(Phase)] = Phase switch
        {
            StepPhase.Collecting => "collecting",
            StepPhase.Replaying => "replaying",
            StepPhase.Stopped => "stopped",
            StepPhase.Done => "done",
            _ => throw new System.Diagnostics.UnreachableException(Phase.ToString()),
        },
        [nameof(Bound)] = Bound,
        [nameof(Planned)] = Planned,
        [nameof(Stage)] = Stage,
        [nameof(WatchUntil)] = WatchUntil,
        [nameof(SentBefore)] = SentBefore,
        [nameof(ReturnedBefore)] = ReturnedBefore,
        [nameof(StoppedBy)] = StoppedBy,
        [nameof(Answer)] = Answer,
    };
}
