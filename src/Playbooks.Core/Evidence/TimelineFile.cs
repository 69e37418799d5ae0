using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Playbooks.Core.Evidence;

/// <summary>An event's line in <c>timeline.ndjson</c>.</summary>
/// <param name="Json">The stored bytes, exactly as they were hashed.</param>
public readonly record struct TimelineLine(long Sequence, string Hash, ReadOnlyMemory<byte> Json);

/// <summary>
/// The journal as a file. Each line is <c>{"sequence":N,"hash":"…","event":</c>, then the event's stored bytes, then <c>}</c>: JSON for every
/// tool, and the hashed bytes can be cut out without parsing.
/// </summary>
public static class TimelineFile
{
    private static readonly byte[] BeforeSequence = "{\"sequence\":"u8.ToArray();
    private static readonly byte[] BeforeHash = ",\"hash\":\""u8.ToArray();
    private static readonly byte[] BeforeEvent = "\",\"event\":"u8.ToArray();
    private const int HashCharacters = HashChain.DigestBytes * 2;

    /// <exception cref="ArgumentException">An event holds a line break outside its strings; none that <c>EventJson</c> wrote does.</exception>
    public static byte[] Write(IEnumerable<StoredEvent> events)
    {
        using var file = new MemoryStream();
        foreach (var stored in events)
        {
            if (stored.Json.Span.Contains((byte)'\n'))
                throw new ArgumentException($"Event {stored.Sequence} is not on one line.", nameof(events));
            file.Write(BeforeSequence);
            file.Write(Encoding.ASCII.GetBytes(stored.Sequence.ToString(CultureInfo.InvariantCulture)));
            file.Write(BeforeHash);
            file.Write(Encoding.ASCII.GetBytes(stored.Hash));
            file.Write(BeforeEvent);
            file.Write(stored.Json.Span);
            file.Write("}\n"u8);
        }
        return file.ToArray();
    }

    /// <summary>The lines up to the first that has another form.</summary>
    /// <param name="wrongLine">Its number from 1; null when all are well formed.</param>
    public static ImmutableArray<TimelineLine> Read(ReadOnlyMemory<byte> file, out int? wrongLine)
    {
        var lines = ImmutableArray.CreateBuilder<TimelineLine>();
        wrongLine = null;
        while (!file.IsEmpty)
        {
            var end = file.Span.IndexOf((byte)'\n');
            if (end < 0 || ReadLine(file[..end]) is not { } line)
            {
                wrongLine = lines.Count + 1;
                break;
            }
            lines.Add(line);
            file = file[(end + 1)..];
        }
        return lines.ToImmutable();
    }

    private static TimelineLine? ReadLine(ReadOnlyMemory<byte> line)
    {
        if (!Skip(ref line, BeforeSequence))
            return null;
        var digits = line.Span.IndexOf((byte)',');
        if (digits < 1 || !long.TryParse(line.Span[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return null;
        line = line[digits..];
        if (!Skip(ref line, BeforeHash) || line.Length < HashCharacters)
            return null;
        var hash = Encoding.ASCII.GetString(line.Span[..HashCharacters]);
        line = line[HashCharacters..];
        return Skip(ref line, BeforeEvent) && line.Span is [.., (byte)'}'] ? new TimelineLine(sequence, hash, line[..^1]) : null;
    }

    private static bool Skip(ref ReadOnlyMemory<byte> line, byte[] prefix)
    {
        if (!line.Span.StartsWith(prefix))
            return false;
        line = line[prefix.Length..];
        return true;
    }
}
