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

    /// <summary>Turns kept, of this generation.</summary>
    public IReadOnlyList<Turn> History => history;

    public bool IsOver => Result is not null;

    /// <summary>Turns kept, of all generations.</summary>
    public int Kept { get; private set; }

    /// <summary>What had come to all generations.</summary>
    public int Arrived { get; private set; }

    /// <summary>Activities that all generations have asked for, by name.</summary>
    public Dictionary<string, int> Activities { get; } = new(StringComparer.Ordinal);

    /// <summary>Replays everything from the start, then the new turn.</summary>
    /// <param name="crash">The process dies before the turn is kept: what had come comes again.</param>
    /// <returns>What the turn asked for; empty when nothing was kept.</returns>
    public IReadOnlyList<Asked> Wake(DateTimeOffset now, bool crash)
    {
        var session = Replay();
        var turn = Play(session, now);
        if (crash)
            return [];
        Keep(turn, session);
        return turn.Asked;
    }

    /// <summary>Replays everything from the start of the generation.</summary>
    public ReplaySession Replay()
    {
        var session = new ReplaySession(id, Input, orchestrator);
        foreach (var turn in history)
            session.Play(turn, turn.Asked);
        return session;
    }

    /// <summary>A turn with all that has come, which is not kept yet.</summary>
    public Turn Play(ReplaySession session, DateTimeOffset now)
    {
        WakeUps++;
        var turn = new Turn(now, [.. Inbox]);
        turn.Asked.AddRange(session.Play(turn, of: null));
        return turn;
    }

    /// <summary>Whether the session has been led through all that is kept of this generation, and nothing else.</summary>
    public bool StandsAt(ReplaySession session) => session.Turns == history.Count;

    public void Keep(Turn turn, ReplaySession session)
    {
        Kept++;
        Arrived += turn.Arrived.Count;
        foreach (var act in turn.Asked.OfType<Asked.Act>())
            Activities[act.Activity] = Activities.GetValueOrDefault(act.Activity) + 1;
        Inbox.RemoveRange(0, turn.Arrived.Count);
        history.Add(turn);
        Status = turn.Asked.OfType<Asked.Status>().LastOrDefault()?.Text ?? Status;
        switch (session.Over)
        {
            case Asked.Continue next:
                Input = next.Input;
                LargestInput = Math.Max(LargestInput, Input.Length);
                Generation++;
                history.Clear();
                // Results for the generation that is over find nobody; signals that nobody waited for are handed on.
                Inbox.RemoveAll(arrival => arrival is not Arrival.Raised);
                Inbox.InsertRange(0, [new Arrival.Started(), .. session.Unprocessed.Select(signal => new Arrival.Raised(signal))]);
                break;
            case Asked.End end:
                Result = end.Result;
                Inbox.InsertRange(0, session.Unprocessed.Select(signal => new Arrival.Raised(signal)));
                break;
        }
    }
}
