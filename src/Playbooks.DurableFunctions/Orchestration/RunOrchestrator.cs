using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Decisions;

namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>
/// One run as a durable orchestration: what happened is decided on, what was decided is appended, and what ought to be outstanding is made so.
/// Replayed from its history at every wake-up, so it knows no clock, no chance and nothing outside but its context.
/// </summary>
public sealed class RunOrchestrator
{
    private readonly IOrchestration context;
    private readonly Rotation rotation;
    private readonly Deciding run;
    private readonly Doing doing;
    private ImmutableArray<string> seen;

    private RunOrchestrator(IOrchestration context, Logic logic, Rotation rotation)
    {
        (this.context, this.rotation) = (context, rotation);
        var before = Handover.Unpack(context.Input);
        seen = before.Seen;
        run = new Deciding(before, logic);
        doing = new Doing(context, before);
        doing.Want(run, run.Begin(before, context.Now));
    }

    /// <returns>The run's last status.</returns>
    public static Task<string> RunAsync(IOrchestration context) => RunAsync(context, Logic.Ours, Rotation.Usual);

    public static Task<string> RunAsync(IOrchestration context, Logic logic, Rotation rotation) => new RunOrchestrator(context, logic, rotation).RunAsync();

    private async Task<string> RunAsync()
    {
        var signal = context.NextSignalAsync();
        while (true)
        {
            var draining = run.Decided >= rotation.DrainAt;
            doing.Settle(run, draining);
            if (doing.IsIdle && !signal.IsCompleted)
            {
                if (run.IsOver && doing.ShowsNothing)
                    return doing.Status(run);
                if (run.Decided >= rotation.RotateAt)
                {
                    doing.CancelTimers();
                    context.ContinueAsNew(doing.Hand(run, seen).Pack());
                    return "";
                }
            }
            var done = await Task.WhenAny([.. doing.Outstanding, signal]);
            if (done == signal)
            {
                // The wait is made again before anything else: what arrives meanwhile must find it.
                var delivered = signal.Result;
                signal = context.NextSignalAsync();
                Take(delivered);
            }
            else if (!doing.Take(done, run))
            {
                return doing.Status(run, fenced: true);
            }
        }
    }

    private void Take(string delivered)
    {
        Delivery delivery;
        try
        {
            delivery = Delivery.Read(delivered);
        }
        catch (JsonException)
        {
            // Not from a client of ours. It would fail this instance for good, in every replay.
            return;
        }
        if (seen.Contains(delivery.Id))
        {
            // Whoever repeated it has perhaps kept it once more.
            doing.Want(run, Batch.Shown(delivery.Id));
            return;
        }
        seen = [.. seen.Length < Handover.SeenMax ? seen : seen.RemoveAt(0), delivery.Id];
        doing.Want(run, run.Happened(delivery.Event, delivery.Id));
    }
}

/// <summary>When a generation ends, in events that it has decided.</summary>
/// <param name="RotateAt">From here on at the first moment when nothing is under way.</param>
/// <param name="DrainAt">From here on nothing more is started until that moment has come.</param>
public sealed record Rotation(int RotateAt, int DrainAt)
{
    /// <summary>A history of some thousand rows is slow to replay; starting anew is nearly free while the state is small.</summary>
    public static Rotation Usual { get; } = new(100, 200);
}
