using System.Globalization;
using System.Text;

namespace Playbooks.SampleService.Artifact;

/// <summary>A made-up campus shop: what pseudonymous subjects took, and how alike that makes the items.</summary>
internal sealed class ShopHistory
{
    public const int Items = 60;
    public const int Subjects = 200;
    public const int Interactions = 3_000;
    private const int Categories = 6;
    private const int NeighboursMax = 20;
    private const ulong Seed = 20_260_302;
    private static readonly DateTime Start = new(2026, 1, 5, 8, 0, 0, DateTimeKind.Utc);

    private readonly List<(int Subject, int Item)> taken = [];

    private ShopHistory() { }

    public static ShopHistory Make()
    {
        var history = new ShopHistory();
        var draws = new Draws(Seed);
        for (var n = 0; n < Interactions; n++)
        {
            var subject = n % Subjects;
            // Four of five from the two categories that the subject likes, so that likeness means something.
            var category = draws.Percent(80) ? (subject + (draws.Percent(50) ? 0 : 1)) % Categories : draws.Below(Categories);
            history.taken.Add((subject, (draws.Below(Items / Categories) * Categories) + category));
        }
        return history;
    }

    public IReadOnlyList<(string, string)> Files() =>
    [
        (SampleArtifact.WeightsFile, Weights()), (SampleArtifact.ItemsFile, Catalogue()), (SampleArtifact.InteractionsFile, Lines()),
    ];

    public static string Item(int item) => $"item-{item + 1:D2}";

    public static string Subject(int subject) => $"s-{new Draws(Seed + 1 + (ulong)subject).Next():x16}"[..10];

    /// <summary>Cosine of two items' subjects: how many took both, by the square root of how many took each.</summary>
    private string Weights()
    {
        var takers = taken.GroupBy(one => one.Item).ToDictionary(group => group.Key, group => group.Select(one => one.Subject).ToHashSet());
        var text = new StringBuilder("{\n  \"kind\": \"recommendations\",\n  \"similar\": {\n");
        for (var item = 0; item < Items; item++)
        {
            var alike = Enumerable.Range(0, Items).Where(other => other != item)
                .Select(other => (Other: other, Weight: Cosine(takers[item], takers[other])))
                .Where(pair => pair.Weight > 0).OrderByDescending(pair => pair.Weight).ThenBy(pair => pair.Other).Take(NeighboursMax)
                .Select(pair => string.Create(CultureInfo.InvariantCulture, $"\"{Item(pair.Other)}\": {pair.Weight:F4}"));
            text.Append(CultureInfo.InvariantCulture, $"    \"{Item(item)}\": {{ {string.Join(", ", alike)} }}{(item < Items - 1 ? "," : "")}\n");
        }
        return text.Append("  }\n}\n").ToString();
    }

    private static double Cosine(HashSet<int> left, HashSet<int> right) =>
        Math.Round(left.Count(right.Contains) / Math.Sqrt((double)left.Count * right.Count), 4);

    private static string Catalogue()
    {
        string[] categories = ["books", "stationery", "clothing", "music", "courses", "canteen"];
        var lines = Enumerable.Range(0, Items).Select(item =>
            $"  {{ \"id\": \"{Item(item)}\", \"category\": \"{categories[item % Categories]}\", \"title\": \"{categories[item % Categories]} {(item / Categories) + 1}\" }}");
        return $"[\n{string.Join(",\n", lines)}\n]\n";
    }

    private string Lines()
    {
        var text = new StringBuilder();
        for (var n = 0; n < taken.Count; n++)
            text.Append(CultureInfo.InvariantCulture,
                $"{{\"subject\":\"{Subject(taken[n].Subject)}\",\"item\":\"{Item(taken[n].Item)}\",\"at\":\"{Start.AddMinutes(n * 7):yyyy-MM-ddTHH:mm:ssZ}\"}}\n");
        return text.ToString();
    }
}
