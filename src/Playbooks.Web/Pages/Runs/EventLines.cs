using System.Collections.Immutable;
using System.Text;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;

namespace Playbooks.Web.Pages.Runs;

/// <summary>The journal of a run for people, newest first.</summary>
/// <param name="Older">Sequence before which the next page begins; null on the last one.</param>
public sealed record EventLines(ImmutableArray<EventLine> Lines, long? Older)
{
    public const int OnRunPage = 15;
    public const int OnOwnPage = 100;
    private const int JsonMaxCharacters = 4000;

    /// <summary>Only what has a sentence; what matters to the engine alone is on the page of all events.</summary>
    public static EventLines Latest(IReadOnlyList<StoredEvent> events)
    {
        var told = events.Reverse().Select(stored => (Stored: stored, Sentence: EventSentences.Of(stored.Event))).Where(told => told.Sentence is not null).Take(OnRunPage + 1).ToList();
        return new([.. told.Take(OnRunPage).Select(one => Line(one.Stored, one.Sentence!, null))], told.Count > OnRunPage ? told[OnRunPage].Stored.Sequence + 1 : null);
    }

    /// <summary>Every event, with its stored text.</summary>
    /// <param name="before">Events before this sequence; null for the latest.</param>
    public static EventLines Page(IReadOnlyList<StoredEvent> events, long? before)
    {
        var page = events.Reverse().Where(stored => before is null || stored.Sequence < before).Take(OnOwnPage + 1).ToList();
        return new([.. page.Take(OnOwnPage).Select(stored => Line(stored, EventSentences.Of(stored.Event) ?? EventNames.Of(stored.Event), Shown.Text(Encoding.UTF8.GetString(stored.Json.Span), JsonMaxCharacters)))],
            page.Count > OnOwnPage ? page[OnOwnPage - 1].Sequence : null);
    }

    private static EventLine Line(StoredEvent stored, string sentence, string? json) =>
        new(stored.Sequence, stored.Event.At, Spoken.Clock(stored.Event.At), EventNames.Of(stored.Event), Shown.Text(sentence), json, stored.Hash);
}

public sealed record EventLine(long Sequence, DateTimeOffset At, string Clock, string Name, string Sentence, string? Json, string Hash);
