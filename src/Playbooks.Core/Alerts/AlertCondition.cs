namespace Playbooks.Core.Alerts;

/// <summary>Whether the condition that an alert watches holds.</summary>
public abstract record AlertCondition
{
    private AlertCondition() { }

    /// <summary>It holds. Also what is assumed where the monitor says nothing, because a recovery too many is seen and one too few is not.</summary>
    public sealed record Fired : AlertCondition;

    /// <summary>It is over. Starts nothing and cancels nothing.</summary>
    /// <param name="At">Null where the monitor does not say; then whoever received the alert takes the arrival.</param>
    public sealed record Resolved(DateTimeOffset? At) : AlertCondition;

    /// <summary>As expressions and delivery keys have it; a promise.</summary>
    public string Name => this switch
    {
        Fired => "fired",
        Resolved => "resolved",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
