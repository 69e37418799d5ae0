using System.Collections.Immutable;
using Playbooks.Connectors.Chaos;
using Playbooks.Core.Json;
using Playbooks.Tests.Actions;

namespace Playbooks.Tests.Chaos;

public class PlantedLettersTests
{
    [Fact]
    public void The_same_effect_plants_the_same_letters_and_another_plants_others()
    {
        Assert.Equal(Make("a", "jobs", 40), Make("a", "jobs", 40));
        Assert.Empty(Make("a", "jobs", 40).Intersect(Make("b", "jobs", 40)));
    }

    [Theory]
    [InlineData(1, 0, 0, 0)]
    [InlineData(40, 4, 2, 2)]
    [InlineData(1_000, 100, 50, 50)]
    public void The_mix_is_as_announced(int count, int duplicates, int poisoned, int erased)
    {
        var letters = Make("a", "recommendation-jobs", count, "s-gone").Select(JsonData.Parse).ToList();
        Assert.Equal(count, letters.Count);
        Assert.Equal(duplicates, count - letters.Select(letter => letter["key"]!.AsString()).Distinct().Count());
        Assert.Equal(poisoned, letters.Count(letter => letter["body"]!["items"] is null));
        Assert.Equal(erased, letters.Count(letter => letter["subject"]!.AsString() == "s-gone"));
    }

    [Fact]
    public void Without_an_erased_person_none_is_made_up() =>
        Assert.All(Make("a", "jobs", 100).Select(JsonData.Parse), letter => Assert.StartsWith("drill-", letter["subject"]!.AsString(), StringComparison.Ordinal));

    [Fact]
    public void A_letter_of_one_key_has_one_body() =>
        Assert.All(Make("a", "jobs", 200).Select(JsonData.Parse).GroupBy(letter => letter["key"]!.AsString()),
            same => Assert.Single(same.Select(letter => letter["body"]!.Text).Distinct()));

    [Fact]
    public void A_queue_of_fraud_checks_gets_payments() =>
        Assert.Contains(Make("a", "fraud-checks", 10).Select(JsonData.Parse), letter => letter["body"]!["amount"] is not null);

    [Fact]
    public void A_letter_is_known_again_by_its_effect_and_by_no_other()
    {
        var letters = Make("a", "jobs", 10);
        Assert.Equal(Enumerable.Range(0, 10).Select(number => (int?)number), letters.Select(letter => PlantedLetters.NumberOf(letter, "a")));
        Assert.All(letters, letter => Assert.Null(PlantedLetters.NumberOf(letter, "b")));
        Assert.Null(PlantedLetters.NumberOf("no letter", "a"));
    }

    private static ImmutableArray<string> Make(string effect, string queue, int count, params ImmutableArray<string> erased) =>
        PlantedLetters.Make(effect, queue, count, TestEnvironment.Now, erased);
}
