using System.Collections.Immutable;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Web.Access;

/// <param name="VoteId">Made by who votes; the same again is the same vote. Ids of different people never meet.</param>
/// <param name="Digest">Of what the voter was shown.</param>
public sealed record VoteBody(string VoteId, string Path, int Round, string Digest, bool Approves, string? Comment);

/// <param name="OrderId">Made by who orders; the same again is the same order.</param>
public sealed record OrderBody(string OrderId, Order Order, string Reason);

/// <param name="SignalId">Made by who signals; the same again is the same signal.</param>
public sealed record SignalBody(string SignalId, string Name, JsonData? Payload);

/// <param name="Path">Of the task.</param>
/// <param name="Note">What was done.</param>
public sealed record TaskBody(string Path, string Note);

/// <param name="RequestId">Made by who starts; the same again starts nothing new.</param>
/// <param name="Environment">Name of the environment.</param>
/// <param name="DetectedReason">Why <paramref name="DetectedAt"/> is not now.</param>
/// <param name="PlaybookDigest">If given, the run starts only with this very text.</param>
/// <param name="EnvironmentDigest">The same for the environment.</param>
public sealed record StartBody(string RequestId, string Playbook, string Environment, RunMode Mode, JsonData? Inputs, DateTimeOffset? DetectedAt, string? DetectedReason,
    string? PlaybookDigest = null, string? EnvironmentDigest = null);

/// <param name="Result">started, attached, queued, heldBack, rejected; forbidden, tryAgain, invalid or reused where the door stayed shut.</param>
public sealed record StartAnswer(string Result, string? RunId, ImmutableArray<string> Reasons)
{
    public const string Rejected = "rejected";
    public const string Forbidden = "forbidden";
    public const string TryAgain = "tryAgain";
    public const string Invalid = "invalid";
    public const string Reused = "reused";

    /// <summary>What a start is answered; one that was answered before, for something else, is none.</summary>
    /// <param name="started">The run that the answer names; null where there is none.</param>
    public static StartAnswer Of(StartResult result, StartRequest request, RunEvent.RunStarted? started) => result switch
    {
        StartResult.Started when started is not null && !IsSame(started, request) => new StartAnswer(Reused, null, [Judgement.Reused.Reason!]),
        StartResult.Started run => new StartAnswer("started", run.RunId, []),
        StartResult.Attached attached => new StartAnswer("attached", attached.RunId, []),
        StartResult.Queued queued => new StartAnswer("queued", null, [$"It is number {queued.Position} in the queue of its key."]),
        StartResult.HeldBack held => new StartAnswer("heldBack", null, [$"Run {held.EndedRunId} ended a moment ago; held back until {held.Until:O}."]),
        StartResult.Rejected rejected => new StartAnswer(Rejected, null, rejected.Reasons),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    /// <summary>Texts may have changed since; names do not.</summary>
    private static bool IsSame(RunEvent.RunStarted started, StartRequest request) =>
        (started.Mode, started.Playbook.Name, started.Environment.Name, started.StartedBy) == (request.Mode, request.Playbook.Name, request.Environment.Name, request.StartedBy)
        && started.DetectedReason == request.DetectedReason && (request.DetectedAt is null || request.DetectedAt == started.DetectedAt)
        && RunInputs.Of(request.Playbook.Inputs, request.Inputs) is RunInputs.Accepted given && given.Values == started.Inputs;
}
