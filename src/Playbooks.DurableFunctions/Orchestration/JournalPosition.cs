using System.Globalization;
using System.Text;
using System.Text.Json;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;

namespace Playbooks.DurableFunctions.Orchestration;

/// <summary>
/// How far a run's journal has been written. The journal is appended to at its position: of several writers one wins, one that repeats its
/// own write finds its own bytes, and any other finds that the run is not its own any more.
/// </summary>
/// <param name="Sequence">Of the last event; 0 before the first.</param>
/// <param name="Offset">Bytes written.</param>
/// <param name="Head">Hash of the last event.</param>
public sealed record JournalPosition(long Sequence, long Offset, string Head)
{
    public static JournalPosition Beginning(string runId) => new(0, 0, HashChain.Genesis(runId));

    /// <summary>What appending these events writes, and where the journal stands afterwards.</summary>
    /// <param name="events">Each as <see cref="EventJson"/> writes it.</param>
    public (byte[] Block, JournalPosition Next) Append(IEnumerable<string> events)
    {
        using var block = new MemoryStream();
        var next = this;
        foreach (var text in events)
        {
            var json = Encoding.UTF8.GetBytes(text);
            next = next with { Sequence = next.Sequence + 1, Head = HashChain.Next(next.Head, json) };
            // One line per event, so that a person and any tool can read the blob; the event's own bytes stand last and unchanged.
            block.Write(Encoding.UTF8.GetBytes(next.Prefix));
            block.Write(json);
            block.WriteByte((byte)'\n');
        }
        return (block.ToArray(), next with { Offset = Offset + block.Length });
    }

    /// <summary>The events of a journal's bytes, with the chain checked.</summary>
    /// <param name="from">Where these bytes begin.</param>
    /// <exception cref="JsonException">The bytes do not hold together.</exception>
    public static (IReadOnlyList<StoredEvent> Events, JournalPosition End) Read(string runId, JournalPosition from, ReadOnlyMemory<byte> bytes)
    {
        var events = new List<StoredEvent>();
        var end = from;
        while (end.Offset < from.Offset + bytes.Length)
        {
            var rest = bytes[(int)(end.Offset - from.Offset)..];
            var line = rest.Span.IndexOf((byte)'\n');
            var json = rest.Span.IndexOf((byte)'{');
            if (line < 0 || json < 0 || json > line)
                throw new JsonException($"The journal of run '{runId}' is cut off after event {end.Sequence}.");
            var stored = rest[json..line];
            var next = new JournalPosition(end.Sequence + 1, end.Offset + line + 1, HashChain.Next(end.Head, stored.Span));
            if (!rest.Span[..json].SequenceEqual(Encoding.UTF8.GetBytes(next.Prefix)))
                throw new JsonException($"The journal of run '{runId}' is broken: event {next.Sequence} is not what was appended.");
            events.Add(new StoredEvent(runId, next.Sequence, EventJson.Read(stored.Span), next.Head, stored));
            end = next;
        }
        return (events, end);
    }

    private string Prefix => string.Create(CultureInfo.InvariantCulture, $"{Sequence} {Head} ");
}
