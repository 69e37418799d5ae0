namespace Playbooks.Core.Expressions;

/// <summary>
/// What one evaluation may use. An expression of 131 characters can ask for seconds and gigabytes; counting steps ends it at the
/// same place on every machine, which a time limit would not.
/// </summary>
/// <param name="MaxSteps">One step per node visited, per item handled, and per <see cref="BytesPerStep"/> bytes compared or read.</param>
/// <param name="MaxValueBytes">Size of any value made on the way, as JSON in UTF-8.</param>
public sealed record Budget(int MaxSteps = Budget.DefaultMaxSteps, int MaxValueBytes = Budget.DefaultMaxValueBytes)
{
    public const int DefaultMaxSteps = 10_000;

    /// <summary>Room for everything a run knows: its inputs, its alert and all its outputs.</summary>
    public const int DefaultMaxValueBytes = 64 * 1024;

    /// <summary>Values nest no deeper than text from outside may, so that what an expression made can be read again.</summary>
    public const int MaxValueDepthLevels = Json.StrictJson.MaxDepthLevels;

    internal const int BytesPerStep = 64;

    public static readonly Budget Default = new();
}
