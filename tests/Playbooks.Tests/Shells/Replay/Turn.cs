namespace Playbooks.Tests.Shells.Replay;

/// <summary>One wake-up of an instance as its history keeps it: what had come, and what the orchestrator asked for then.</summary>
internal sealed record Turn(DateTimeOffset At, IReadOnlyList<Arrival> Arrived)
{
    public List<Asked> Asked { get; } = [];
}

/// <summary>What wakes an instance.</summary>
internal abstract record Arrival
{
    private Arrival() { }

    public sealed record Started : Arrival;
    /// <param name="Request">Number of what was asked for, in its generation.</param>
    public sealed record Done(int Request, string Result) : Arrival;
    public sealed record Failed(int Request, string Why) : Arrival;
    public sealed record TimerFired(int Request) : Arrival;
    public sealed record Raised(string Signal) : Arrival;
}

/// <summary>What an orchestrator asks for. Compared whole: the same request means the same name and the same input.</summary>
internal abstract record Asked
{
    private Asked() { }

    public sealed record Act(int Request, string Activity, string Input) : Asked;
    public sealed record Timer(int Request, DateTimeOffset DueAt) : Asked;
    public sealed record Cancel(int Request) : Asked;
    public sealed record Status(string Text) : Asked;
    public sealed record Continue(string Input) : Asked;
    public sealed record End(string Result) : Asked;
}
