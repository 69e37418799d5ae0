using Azure.Storage.Queues;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>One step's work on one dead-letter queue: what all its phases need.</summary>
/// <param name="Step">Effect key.</param>
/// <param name="Work">Where letters are sent; without the client's own retries where the consumer would not notice a second letter.</param>
internal sealed record Reprocess(string Step, ReprocessSettings Settings, LetterLedger Ledger, QueueClient Dead, QueueClient Work, TimeProvider Time,
    ReplayPace Pace, CallTime Call)
{
    public const int ParallelMax = 8;

    /// <summary>Of the service.</summary>
    public const int ReceiveMax = 32;

    /// <summary>A claim changes two rows per letter, and a transaction has a hundred.</summary>
    public const int ChunkMax = LetterLedger.TransactionMaxRows / 2;

    public bool IsKeyed => Settings.Target.Consumer == ConsumerKind.Keyed;

    /// <summary>Letters sent between two looks at the clock and at the dead-letter queue: about two seconds' worth.</summary>
    public int Chunk => Settings.RatePerSecond is { } rate ? Math.Clamp(rate * 2, 1, ChunkMax) : ChunkMax;
}
