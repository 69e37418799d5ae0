using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Playbooks.Core.Json;
using Playbooks.SampleService.Artifact;

namespace Playbooks.SampleService.Predicting;

/// <summary>
/// Items like those in the basket: each item outside it scores the sum of its likeness to those inside. With <c>subject</c> the basket
/// grows by what the data set says that the subject took; an erased subject is one nobody knows.
/// </summary>
internal sealed class Recommender : IPredictor
{
    public const int BasketMaxItems = 100;
    public const int AnswerMaxItems = 20;
    private const int AnswerDefaultItems = 5;

    private readonly FrozenDictionary<string, ImmutableArray<KeyValuePair<string, decimal>>> similar;
    private readonly FrozenDictionary<string, string> titles;
    private readonly ILookup<string, string> takenBy;

    private Recommender(FrozenDictionary<string, ImmutableArray<KeyValuePair<string, decimal>>> similar, FrozenDictionary<string, string> titles,
        ILookup<string, string> takenBy) => (this.similar, this.titles, this.takenBy) = (similar, titles, takenBy);

    public static Recommender Load(ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var weights = files.Json(SampleArtifact.WeightsFile)["similar"] ?? throw new InvalidDataException("The weights lack similar.");
        var similar = weights.Properties.ToFrozenDictionary(item => item.Key, item => item.Value.Properties
            .Select(other => KeyValuePair.Create(other.Key, other.Value.AsDecimal() ?? throw new InvalidDataException($"The weight of {other.Key} is no number.")))
            .ToImmutableArray());
        var titles = files.Json(SampleArtifact.ItemsFile).Elements.ToFrozenDictionary(item => Text(item, "id"), item => Text(item, "title"));
        var takenBy = files.Lines(SampleArtifact.InteractionsFile).ToLookup(line => Text(line, SampleArtifact.SubjectProperty), line => Text(line, "item"));
        return new Recommender(similar, titles, takenBy);
    }

    public JsonData Predict(JsonData request)
    {
        var basket = Basket(request);
        var count = Count(request["count"]);
        var scores = new Dictionary<string, decimal>();
        foreach (var (other, weight) in basket.SelectMany(item => similar.GetValueOrDefault(item, [])))
            if (!basket.Contains(other))
                scores[other] = scores.GetValueOrDefault(other) + weight;
        return JsonData.Object(("items", JsonData.Array(scores
            .OrderByDescending(score => score.Value).ThenBy(score => score.Key, StringComparer.Ordinal).Take(count)
            .Select(score => JsonData.Object(("item", JsonData.Of(score.Key)), ("title", JsonData.Of(titles.GetValueOrDefault(score.Key, score.Key))),
                ("score", JsonData.Of(score.Value)))))));
    }

    private HashSet<string> Basket(JsonData request)
    {
        if (request.Kind != JsonValueKind.Object || (request["items"] is null && request["subject"] is null))
            throw new BadRequestException("Send an object with items, subject or both.");
        if (request["items"] is { } items && (items.Kind != JsonValueKind.Array || items.Elements.Length > BasketMaxItems))
            throw new BadRequestException($"items must be an array of at most {BasketMaxItems} item ids.");
        if (request["subject"] is { } subject && subject.AsString() is null)
            throw new BadRequestException("subject must be a string.");
        var basket = (request["items"]?.Elements ?? []).Select(item => item.AsString() ?? throw new BadRequestException("An item id is a string."))
            .ToHashSet(StringComparer.Ordinal);
        if (request["subject"]?.AsString() is { } known)
            basket.UnionWith(takenBy[known].Take(BasketMaxItems));
        return basket;
    }

    private static int Count(JsonData? count) => count is null ? AnswerDefaultItems
        : count.AsInt64() is { } given and >= 1 and <= AnswerMaxItems ? (int)given
        : throw new BadRequestException($"count must be a whole number between 1 and {AnswerMaxItems}.");

    private static string Text(JsonData json, string name) => json[name]?.AsString() ?? throw new InvalidDataException($"A record lacks {name}.");
}
