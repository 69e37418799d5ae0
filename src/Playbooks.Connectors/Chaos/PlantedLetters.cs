using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Chaos;

/// <summary>
/// The letters that one effect plants: the same for the same effect, whoever computes them. Of a hundred, ten repeat the key and the body of
/// another, five are poisoned (no model can compute them, so they come back dead after every replay), and five are about people who were
/// erased, as far as any are known. Every other letter is a job that the consumer does.
/// </summary>
internal static class PlantedLetters
{
    public const int DuplicatesPercent = 10;
    public const int PoisonedPercent = 5;
    public const int ErasedPercent = 5;

    /// <summary>What a consumer writes when the model failed; the poisoned died with the others, before anybody saw what is wrong with them.</summary>
    public const string Reason = "model-error";

    /// <summary>Marks a planted letter beside the envelope's own names, which carry it on untouched.</summary>
    private const string Mark = "drill";

    private const int Items = 60;
    private const int Subjects = 40;

    private enum Kind { Normal, Duplicate, Poisoned, Erased }

    /// <param name="effect">Effect key.</param>
    /// <param name="queue">Logical name: with "fraud" in it, the jobs are fraud checks, else recommendations.</param>
    /// <param name="at">When the last one was enqueued; the others lie a second apart before it.</param>
    /// <param name="erased">Subjects who stand in the erasure ledger; may be empty.</param>
    public static ImmutableArray<string> Make(string effect, string queue, int count, DateTimeOffset at, ImmutableArray<string> erased)
    {
        var kinds = Kinds(effect, count, erased.Length > 0);
        var isFraud = queue.Contains("fraud", StringComparison.OrdinalIgnoreCase);
        var originals = Enumerable.Range(0, count).Where(number => kinds[number] == Kind.Normal).ToArray();
        return [.. Enumerable.Range(0, count).Select(Text)];

        string Text(int number)
        {
            var source = kinds[number] == Kind.Duplicate ? originals[number % originals.Length] : number;
            var draws = Draws(effect, source);
            var subject = kinds[number] == Kind.Erased ? erased[number % erased.Length] : string.Create(CultureInfo.InvariantCulture, $"drill-{draws[0] % Subjects}");
            var body = kinds[number] == Kind.Poisoned ? JsonData.Object(("poisoned", JsonData.True)) : isFraud ? Payment(draws) : Basket(draws, subject);
            var letter = new Envelope(string.Create(CultureInfo.InvariantCulture, $"{Id(effect)}-{source}"), null, subject, Reason,
                at - TimeSpan.FromSeconds(count - 1 - number), null, null, body).ToJson();
            return JsonData.Object([.. letter.Properties, KeyValuePair.Create(Mark, JsonData.Object(("effect", JsonData.Of(Id(effect))), ("number", JsonData.Of(number))))]).Text;
        }
    }

    /// <summary>Which of the effect's letters that text is; null for every other letter.</summary>
    public static int? NumberOf(string text, string effect) =>
        StrictJson.Read(text, new StrictJsonLimits(64 * 1024)) is StrictJsonResult.Accepted { Value: var letter }
            && letter[Mark]?["effect"]?.AsString() == Id(effect) && letter[Mark]?["number"]?.AsInt64() is { } number and >= 0 and <= int.MaxValue
            ? (int)number : null;

    /// <summary>The effect, in a form that any name takes and that does not give away the key.</summary>
    public static string Id(string effect) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(effect)))[..16];

    private static Kind[] Kinds(string effect, int count, bool anyErased)
    {
        var kinds = new Kind[count];
        // Shuffled by digest, so that the odd ones do not lie together.
        var shuffled = new Queue<int>(Enumerable.Range(0, count).OrderBy(number => Convert.ToHexString(Draws(effect, number)), StringComparer.Ordinal));
        Give(Kind.Duplicate, DuplicatesPercent);
        Give(Kind.Poisoned, PoisonedPercent);
        if (anyErased)
            Give(Kind.Erased, ErasedPercent);
        return kinds;

        void Give(Kind kind, int percent)
        {
            for (var left = count * percent / 100; left > 0; left--)
                kinds[shuffled.Dequeue()] = kind;
        }
    }

    private static byte[] Draws(string effect, int number) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{effect}\n{number}")));

    private static JsonData Basket(byte[] draws, string subject) => JsonData.Object(
        ("items", JsonData.Array(draws.Skip(1).Take(3).Select(draw => draw % Items).Distinct()
            .Select(item => JsonData.Of(string.Create(CultureInfo.InvariantCulture, $"item-{item + 1:D2}"))))),
        ("subject", JsonData.Of(subject)), ("count", JsonData.Of(5)));

    private static JsonData Payment(byte[] draws) => JsonData.Object(
        ("amount", JsonData.Of((draws[1] * 256 + draws[2]) / 100m)), ("hour", JsonData.Of(draws[3] % 24)),
        ("countryMismatch", JsonData.Of(draws[4] % 8 == 0)), ("newDevice", JsonData.Of(draws[5] % 4 == 0)), ("attemptsLastHour", JsonData.Of(draws[6] % 4)));
}
