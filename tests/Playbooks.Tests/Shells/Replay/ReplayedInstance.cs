using Playbooks.DurableFunctions.Orchestration;

namespace Playbooks.Tests.Shells.Replay;

/// <summary>One instance: its input, its history, and what has come and not been taken. Holds nothing of the orchestrator between two wake-ups.</summary>
internal sealed class ReplayedInstance(string id, string input, Func<IOrchestration, Task<string>> orchestrator)
{
    private readonly List<Turn> history = [];

    public string Id => id;
    public string Input { get; private set; } = input;
    public int Generation { get; private set; } = 1;
    public string? Status { get; private set; }
    public string? Result { get; private set; }
    public int WakeUps { get; private set; }
    /// <summary>Largest input that a generation was started with, in characters.</summary>
    public int LargestInput { get; private set; } = input.Length;
    public List<Arrival> Inbox { get; } = [new Arrival.Started()];

    public bool IsOver => Result is not null;

    /// <summary>
    /// Replays everything from the start, then the new turn.
    /// </summary>
    /// <param name="crash">The process dies before the turn is kept: what had come comes again.</param>
    /// <returns>What the turn asked for; empty when nothing was kept.</returns>
    public IReadOnlyList<Asked> Wake(DateTimeOffset now, bool crash)
    {
        WakeUps++;
        var turn = new Turn(now, [.. Inbox]);
        var context = new ReplayContext(id, Input);
        var thread = new OneThread();
        Task<string>? running = null;
        foreach (var replayed in history.Append(turn))
        {
            context.Begin(replayed, ReferenceEquals(replayed, turn) ? null : replayed.Asked);
            foreach (var arrival in replayed.Arrived)
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
            if (context.EndTurn() is var asked && ReferenceEquals(replayed, turn))
                turn.Asked.AddRange(asked);
        }
        if (crash)
            return [];
        Inbox.RemoveRange(0, turn.Arrived.Count);
        history.Add(turn);
        Status = turn.Asked.OfType<Asked.Status>().LastOrDefault()?.Text ?? Status;
        switch (context.Over)
        {
            case Asked.Continue next:
                Input = next.Input;
                LargestInput = Math.Max(LargestInput, Input.Length);
                Generation++;
                history.Clear();
                // Results for the generation that is over find nobody; signals that nobody waited for are handed on.
                Inbox.RemoveAll(arrival => arrival is not Arrival.Raised);
                Inbox.InsertRange(0, [new Arrival.Started(), .. context.Unprocessed.Select(signal => new Arrival.Raised(signal))]);
                break;
            case Asked.End end:
                Result = end.Result;
                break;
        }
        return turn.Asked;
    }
}
