using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Decisions;

namespace Playbooks.Core.Evidence.Verifying;

/// <summary>Whether a timeline is one unbroken chain of one run.</summary>
internal sealed class ChainCheck
{
    private readonly List<StoredEvent> events = [];

    private ChainCheck(ImmutableArray<TimelineLine> lines) => Lines = lines;

    public ImmutableArray<TimelineLine> Lines { get; }

    /// <summary>The events; null when one of them could not be read.</summary>
    public IReadOnlyList<StoredEvent>? Events { get; private set; }

    public static ChainCheck Of(byte[] timeline, string run, List<Finding> findings)
    {
        var check = new ChainCheck(TimelineFile.Read(timeline, out var wrongLine));
        if (wrongLine is { } wrong)
            findings.Add(new(FindingKind.Malformed, Line(wrong), "is no timeline line; nothing after it was looked at"));
        check.Walk(run, findings);
        return check;
    }

    public static string Line(long number) => $"{PackFiles.Timeline} line {number}";

    private void Walk(string run, List<Finding> findings)
    {
        var previous = HashChain.Genesis(run);
        var expected = 1L;
        var readable = !Lines.IsEmpty;
        foreach (var line in Lines)
        {
            var number = expected;
            if (line.Sequence != expected)
                findings.Add(new(FindingKind.Chain, Line(number), $"has sequence {line.Sequence} where {expected} belongs: events were left out, added or moved"));
            var hash = HashChain.Next(previous, line.Json.Span);
            if (hash != line.Hash)
                findings.Add(new(FindingKind.Chain, Line(number), "has not the hash of its event and all before it: one of them was changed"));
            // Going on from what stands there shows every break once, not every line after the first.
            previous = IsHash(line.Hash) ? line.Hash : hash;
            expected++;
            readable &= Read(line, run, number, findings);
        }
        Events = readable ? events : null;
    }

    private bool Read(TimelineLine line, string run, long number, List<Finding> findings)
    {
        try
        {
            var happened = EventJson.Read(line.Json.Span);
            if (number == 1 && (happened is not RunEvent.RunStarted started || started.RunId != run))
                findings.Add(new(FindingKind.Contradiction, Line(number), $"is not the start of run {run}"));
            events.Add(new(run, line.Sequence, happened, line.Hash, line.Json));
            return happened is RunEvent.RunStarted || number > 1;
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or NotSupportedException)
        {
            findings.Add(new(FindingKind.Malformed, Line(number), "is no event that this version knows"));
            return false;
        }
    }

    private static bool IsHash(string text) => text.Length == HashChain.DigestBytes * 2 && text.All(char.IsAsciiHexDigitLower);
}
