using System.Collections.Immutable;
using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.Tests.Simulation;

/// <summary>The orchestration context with one of the planted defects between it and the orchestrator.</summary>
internal sealed class PlantedOrchestration(IOrchestration inner, Simulation world) : IOrchestration
{
    private static readonly ImmutableArray<Planted> Here =
    [
        Planted.ActsBeforeCommit, Planted.TimerFiresEarly, Planted.TimerFromWallClock, Planted.TimersLeftAtRotation, Planted.SignalsLostAtRotation,
        Planted.PositionForgottenAtRotation, Planted.PauseForgottenAtRotation,
    ];

    private bool hasWaited;

    internal static IOrchestration Of(IOrchestration context, Simulation world) => Here.Contains(world.Planted) ? new PlantedOrchestration(context, world) : context;

    public string InstanceId => inner.InstanceId;
    public DateTimeOffset Now => inner.Now;
    public string Input => inner.Input;

    public Task<string> ActAsync(string activity, string input)
    {
        var answer = inner.ActAsync(activity, input);
        return activity == ActivityNames.Append && world.Planted == Planted.ActsBeforeCommit ? Task.FromResult(PlantedActivities.AnswerOf(input)) : answer;
    }

    public Task TimerAsync(DateTimeOffset dueAt, CancellationToken cancellationToken) => world.Planted switch
    {
        Planted.TimerFiresEarly => inner.TimerAsync(dueAt - TimeSpan.FromSeconds(5), cancellationToken),
        Planted.TimerFromWallClock => inner.TimerAsync(world.Agenda.GetUtcNow() + (dueAt - inner.Now), cancellationToken),
        Planted.TimersLeftAtRotation => inner.TimerAsync(dueAt, CancellationToken.None),
        _ => inner.TimerAsync(dueAt, cancellationToken),
    };

    public Task<string> NextSignalAsync()
    {
        var signal = inner.NextSignalAsync();
        if (!hasWaited && world.Planted == Planted.SignalsLostAtRotation && Handover.Unpack(Input).Happened.IsEmpty)
        {
            while (signal.IsCompleted)
                signal = inner.NextSignalAsync();
        }
        hasWaited = true;
        return signal;
    }

    public void ContinueAsNew(string input)
    {
        var next = Handover.Unpack(input);
        inner.ContinueAsNew(world.Planted switch
        {
            Planted.PositionForgottenAtRotation => (next with { Position = Handover.Unpack(Input).Position }).Pack(),
            Planted.PauseForgottenAtRotation => (next with { Run = next.Run with { Paused = false } }).Pack(),
            _ => input,
        });
    }

    public void SetStatus(string status) => inner.SetStatus(status);
}
