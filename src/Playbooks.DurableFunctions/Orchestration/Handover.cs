using System.IO.Compression;
using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Decisions;

namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>
/// All that one generation of the orchestration hands to the next: the folded run, not its events. Events grow with every step and a run of
/// thousands would pass what a history may hold; the folded run is bounded by the language's limits. It is packed, because most of it is
/// text and paths that repeat. The journal keeps every event; nothing here is the only place of anything.
/// </summary>
public sealed record Handover
{
    /// <summary>Deliveries remembered, so that one that is repeated changes nothing. A client repeats within minutes.</summary>
    public const int SeenMax = 500;

    /// <summary>Rises with every instance that takes the run over; also in the name under which its attempts start.</summary>
    public required int Epoch { get; init; }
    public required Run Run { get; init; }
    /// <summary>Where the journal goes on.</summary>
    public required JournalPosition Position { get; init; }
    /// <summary>First events of a new run, or none.</summary>
    public ImmutableArray<RunEvent> Happened { get; init; } = [];
    /// <summary>The run was left by another instance: what it started and never reported is decided on anew.</summary>
    public bool Adopts { get; init; }
    /// <summary>Attempts whose intent is in the journal and whose action has not been called yet.</summary>
    public ImmutableArray<CommandId> Owed { get; init; } = [];
    /// <summary>Ids of deliveries taken, the oldest first.</summary>
    public ImmutableArray<string> Seen { get; init; } = [];
    /// <summary>Questions that people see now.</summary>
    public ImmutableArray<Question> Shown { get; init; } = [];
    /// <summary>The drill's alert has been raised and is awaited.</summary>
    public bool Raised { get; init; }
    /// <summary>Somebody has been told that the run is parked.</summary>
    public bool ParkedTold { get; init; }

    /// <summary>This instance, as <see cref="RunEvent.AttemptStarted"/> names it.</summary>
    public string Owner => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"epoch:{Epoch}");

    /// <summary>A run that begins.</summary>
    public static Handover First(RunEvent.RunStarted started) =>
        new() { Epoch = 1, Run = Run.Empty, Position = JournalPosition.Beginning(started.RunId), Happened = [started] };

    /// <summary>A run that goes on from its journal, because its instance is gone.</summary>
    public static Handover Adopting(Run run, JournalPosition position, int epoch) =>
        new() { Epoch = epoch, Run = run, Position = position, Adopts = true };

    public string Pack()
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            JsonSerializer.Serialize(brotli, this, RunJson.Options);
        return $"{RunJson.Format}:{Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length)}";
    }

    /// <exception cref="JsonException">The text is no handover that this version knows.</exception>
    public static Handover Unpack(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || text[..colon] != RunJson.Format.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw new JsonException("The state was written by another version. Start the instance again from its journal.");
        using var brotli = new BrotliStream(new MemoryStream(Convert.FromBase64String(text[(colon + 1)..])), CompressionMode.Decompress);
        var read = JsonSerializer.Deserialize<Handover>(brotli, RunJson.Options) ?? throw new JsonException("A handover cannot be null.");
        return read with { Run = RunJson.Whole(read.Run) };
    }
}

/// <summary>A question that people see: one of the two is set.</summary>
/// <param name="Name">Stays the same while the question does, also when more people are asked.</param>
public sealed record Question(string Name, Command.AskForVotes? Votes, Command.AskPerson? Person)
{
    /// <summary>Null for what is no question.</summary>
    public static Question? Of(Command command) => command switch
    {
        Command.AskForVotes votes => new($"votes/{votes.Approval.Path}/{votes.Approval.Round}", votes, null),
        Command.AskPerson person => new(person.Name, null, person),
        _ => null,
    };
}
