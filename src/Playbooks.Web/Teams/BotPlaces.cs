using System.Collections.Immutable;
using System.Text.Json;

namespace Playbooks.Web.Teams;

/// <summary>A conversation that the bot is part of, and the address of Bot Service through which it is reached.</summary>
/// <param name="Conversation">Without the id of a thread's first message.</param>
/// <param name="Team">Null outside teams.</param>
public sealed record BotPlace(string Conversation, string ServiceUrl, string? Team, DateTimeOffset At)
{
    private const string Thread = ";messageid=";

    public static BotPlace Of(BotActivity activity, DateTimeOffset now) => new(Base(activity.Conversation), activity.ServiceUrl, activity.Team, now);

    /// <summary>The channel or chat that a thread is part of.</summary>
    public static string Base(string conversation) => conversation.IndexOf(Thread, StringComparison.Ordinal) is var at and >= 0 ? conversation[..at] : conversation;
}

/// <summary>
/// The conversations that the bot has been put into, kept by the host: without them a host that starts anew could not post before somebody
/// has spoken to it. What cannot be read is no reason to stop: it is learned again.
/// </summary>
public sealed class BotPlaces
{
    /// <summary>The oldest makes room.</summary>
    public const int PlacesMax = 256;

    private readonly Action<byte[]> write;
    private readonly Lock gate = new();
    private ImmutableDictionary<string, BotPlace> places;

    private BotPlaces(Action<byte[]> write, ImmutableDictionary<string, BotPlace> places) => (this.write, this.places) = (write, places);

    public IReadOnlyCollection<BotPlace> All => [.. places.Values];

    public static BotPlaces Open(string file) => Open(() =>
    {
        try
        {
            return File.Exists(file) ? File.ReadAllBytes(file) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }, bytes => WriteFile(file, bytes));

    /// <param name="read">What was written last; null where nothing was.</param>
    /// <param name="write">Replaces it, whole or not at all.</param>
    public static BotPlaces Open(Func<byte[]?> read, Action<byte[]> write)
    {
        IReadOnlyList<BotPlace> known;
        try
        {
            known = read() is { } bytes ? JsonSerializer.Deserialize<List<BotPlace>>(bytes, WireJson.Options) ?? [] : [];
        }
        catch (JsonException)
        {
            known = [];
        }
        return new BotPlaces(write, known.Where(place => place is { Conversation: not null, ServiceUrl: not null }).ToImmutableDictionary(place => place.Conversation));
    }

    /// <summary>Where the conversation is reached, or another one of the same team; null where nobody has said so yet.</summary>
    public string? ServiceUrlOf(string conversation, string? team = null) => places.GetValueOrDefault(BotPlace.Base(conversation))?.ServiceUrl
        ?? places.Values.Where(place => team is not null && place.Team == team).MaxBy(place => place.At)?.ServiceUrl;

    /// <summary>Returns after it lies on the disk. Nothing is written where nothing is new.</summary>
    /// <exception cref="IOException">It does not, and is known until the host ends.</exception>
    public void Remember(BotPlace place)
    {
        lock (gate)
        {
            if (places.TryGetValue(place.Conversation, out var known) && known with { At = place.At } == place)
                return;
            places = places.SetItem(place.Conversation, place);
            while (places.Count > PlacesMax)
                places = places.Remove(places.Values.MinBy(old => old.At)!.Conversation);
            Write();
        }
    }

    /// <inheritdoc cref="Remember"/>
    public void Forget(string conversation)
    {
        lock (gate)
        {
            if (!places.ContainsKey(BotPlace.Base(conversation)))
                return;
            places = places.Remove(BotPlace.Base(conversation));
            Write();
        }
    }

    /// <summary>Whole or not at all: a process that is killed in between leaves the file as it was.</summary>
    private static void WriteFile(string file, byte[] bytes)
    {
        var next = file + ".new";
        using (var stream = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }
        File.Move(next, file, overwrite: true);
    }

    private void Write() => write(JsonSerializer.SerializeToUtf8Bytes(places.Values.OrderBy(place => place.At).ThenBy(place => place.Conversation, StringComparer.Ordinal), WireJson.Options));
}
