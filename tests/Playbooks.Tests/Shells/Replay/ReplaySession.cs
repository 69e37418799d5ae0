using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.Tests.Shells.Replay;

/// <summary>An orchestrator that has been led through some turns of its generation and waits for the next one.</summary>
internal sealed class ReplaySession(string id, string input, Func<IOrchestration, Task<string>> orchestrator)
{
    private readonly ReplayContext context = new(id, input);
    private readonly OneThread thread = new();
    private Task<string>? running;

    public IOrchestration Context => context;

    /// <summary>Turns that it has been led through.</summary>
    public int Turns { get; private set; }

    /// <summary>Set when its generation has ended.</summary>
    public Asked? Over => context.Over;

    public IReadOnlyCollection<string> Unprocessed => context.Unprocessed;

    /// <param name="of">What was asked for in this turn when it was new; null when it is new now.</param>
    /// <returns>What it asks for.</returns>
    public List<Asked> Play(Turn turn, List<Asked>? of)
    {
        context.Begin(turn, of);
        Turns++;
        foreach (var arrival in turn.Arrived)
        {
            thread.Run(() =>
            {
                if (arrival is Arrival.Started)
                    running = orchestrator(context);
                else
                    context.Deliver(arrival);
            });
            if (running is { IsFaulted: true })
                throw running.Exception!.GetBaseException();
            if (running is { IsCompletedSuccessfully: true })
                context.Ended(running.Result);
        }
        return context.EndTurn();
    }
}
