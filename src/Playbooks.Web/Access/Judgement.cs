namespace Playbooks.Web.Access;

/// <summary>What became of a vote, an order, a confirmation or a signal.</summary>
/// <param name="Reason">Why it was refused, for the person who asked.</param>
public sealed record Judgement(bool Accepted, string? Reason)
{
    /// <summary>The same for machines.</summary>
    public JudgementCode Code { get; init; } = Accepted ? JudgementCode.Taken : JudgementCode.Refused;

    public static Judgement Taken { get; } = new(true, null);

    /// <summary>The decider did not take it; it stands in the run with this reason.</summary>
    public static Judgement Refused(string reason) => new(false, reason);

    public static Judgement Forbidden(string reason) => new(false, reason) { Code = JudgementCode.Forbidden };

    public static Judgement TryAgain(string reason) => new(false, reason) { Code = JudgementCode.TryAgain };

    public static Judgement UnknownRun(string run) => new(false, $"There is no run {run}.") { Code = JudgementCode.UnknownRun };

    public static Judgement Invalid(string reason) => new(false, reason) { Code = JudgementCode.Invalid };

    public static Judgement Reused { get; } = new(false, "The same id was used before for something else. Take a new one.") { Code = JudgementCode.Reused };

    public static Judgement Unjudged { get; } =
        new(false, "It is recorded, and the run has not decided on it yet: its host stops or starts anew, or the run is parked. Look again in a minute, with 'playbooks show' for example.") { Code = JudgementCode.Unjudged };
}

public enum JudgementCode
{
    Taken,
    /// <summary>By the decider, for the reasons of the run: another group, too late, the starter, and so on.</summary>
    Refused,
    /// <summary>By the door: no such right.</summary>
    Forbidden,
    /// <summary>Nobody can tell now whether it is allowed.</summary>
    TryAgain,
    UnknownRun,
    /// <summary>The request itself is wrong.</summary>
    Invalid,
    /// <summary>Its id belongs to another request.</summary>
    Reused,
    /// <summary>Recorded, and nobody decides on it.</summary>
    Unjudged,
}
