using System.Text;
using System.Text.Json.Nodes;
using Playbooks.Core.Alerts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Alerts;

/// <summary>What a run keeps of an alert stays small, and says what it left out.</summary>
public class AlertDataTests
{
    [Fact]
    public void An_alert_leaves_a_quarter_of_the_room_to_the_inputs() => Assert.True(AlertLimits.DataMaxBytes <= Limits.InputsAndAlertMaxBytes * 3 / 4);

    [Fact]
    public void A_long_description_is_cut_and_says_so()
    {
        var alert = AzurePayload.Read(AzurePayload.Of("Platform", "{}", new JsonObject { ["description"] = new string('é', 5_000) }.ToJsonString()));
        Assert.Equal(5_000, alert.Description!.Length);
        var description = alert.ToData()["description"]!;
        Assert.EndsWith("é… [cut from 5000 characters]", description.AsString(), StringComparison.Ordinal);
        Assert.InRange(description.SizeBytes, AlertLimits.DescriptionMaxBytes - 2, AlertLimits.DescriptionMaxBytes);
        AzurePayload.Says("""cut = ["description"]""", alert);
    }

    [Fact]
    public void A_character_of_two_halves_is_not_cut_in_two()
    {
        var text = AzurePayload.Read(AzurePayload.Of("Platform", "{}", new JsonObject { ["description"] = "x" + string.Concat(Enumerable.Repeat("😀", 1_000)) }.ToJsonString())).ToData()["description"]!.AsString()!;
        Assert.DoesNotContain('\uFFFD', text);
        Assert.Contains("😀… [cut", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_that_differ_at_their_end_stay_two()
    {
        var (one, two) = (WithId("1"), WithId("2"));
        Assert.NotEqual(one.Id, two.Id);
        Assert.InRange(JsonData.Of(one.Id).SizeBytes, AlertLimits.IdMaxBytes - 4, AlertLimits.IdMaxBytes);
        Assert.Equal(one.Id, one.ToData()["id"]!.AsString());

        static Alert WithId(string end) => AzurePayload.Read(AzurePayload.Of("Platform", "{}", new JsonObject { ["alertId"] = new string('i', 4_000) + end }.ToJsonString()));
    }

    [Fact]
    public void A_custom_property_is_kept_whole_or_left_out_and_named()
    {
        var custom = new JsonObject { ["notes"] = new string('n', 7_000), ["model"] = "grading" };
        var alert = AzurePayload.Read(AzurePayload.Of("Platform", "{}", beside: custom.ToJsonString()));
        AzurePayload.Says("""
            customProperties = {"model":"grading"}
            cut = ["customProperties.notes"]
            """, alert);
        Assert.Equal(7_000, alert.CustomProperties["notes"]!.AsString()!.Length);
    }

    [Fact]
    public void Targets_that_find_no_room_are_counted()
    {
        var targets = new JsonArray([.. Enumerable.Range(0, 30).Select(i => (JsonNode)new string('t', 500))]);
        var alert = AzurePayload.Read(AzurePayload.Of("Platform", "{}", new JsonObject { ["alertTargetIDs"] = targets }.ToJsonString()));
        Assert.Equal(30, alert.Targets.Count);
        Assert.Equal(10, alert.ToData()["targets"]!.Elements.Length);
        Assert.Equal("targets (20 of 30)", alert.ToData()["cut"]!.Elements[0].AsString());
    }

    [Fact]
    public void Lists_and_dimensions_and_details_of_a_context_end()
    {
        var allOf = new JsonArray([.. Enumerable.Range(0, 40).Select(i => (JsonNode)new JsonObject
        {
            ["metricName"] = $"m{i}",
            ["dimensions"] = new JsonArray([.. Enumerable.Range(0, 40).Select(d => (JsonNode)new JsonObject { ["name"] = $"d{d}", ["value"] = "v" })]),
        })]);
        var metric = AzurePayload.Read(AzurePayload.Of("Platform", new JsonObject { ["condition"] = new JsonObject { ["allOf"] = allOf } }.ToJsonString()));
        Assert.Equal((AlertLimits.ListMax, AlertLimits.DimensionsMax), (metric.Context["others"]!.Elements.Length, metric.Context["dimensions"]!.Properties.Length));
        Assert.Equal(["dimensions", "others"], metric.Context.Cut.Order(StringComparer.Ordinal));

        var unknown = new JsonObject();
        for (var i = 0; i < 40; i++)
            unknown[$"name{i}"] = i;
        unknown[new string('n', AlertLimits.NameMaxCharacters + 1)] = 1;
        var other = AzurePayload.Read(AzurePayload.Of("New", unknown.ToJsonString()));
        Assert.Equal(AlertLimits.DetailsMax, other.Context.Details.Length);
        AzurePayload.Says("""cut = ["context.details"]""", other);
    }

    [Theory]
    [InlineData('x')]
    [InlineData('é')]
    [InlineData('\u0007')]
    [InlineData('"')]
    public void Whatever_is_sent_the_data_stays_within_its_bound(char letter)
    {
        var text = new string(letter, 1_500);
        var context = new JsonObject();
        foreach (var name in new[] { "metricName", "operator", "timeAggregation", "webTestName", "searchQuery", "metricValue", "threshold" })
            context[name] = text;
        var essentials = new JsonObject();
        foreach (var name in new[] { "alertId", "alertRule", "severity", "signalType", "originAlertId", "description" })
            essentials[name] = text;
        var custom = new JsonObject();
        for (var i = 0; i < 20; i++)
            custom[$"property{i}" + text[..200]] = text[..50];
        var alert = AzurePayload.Read(AzurePayload.Of("Log Alerts V2", new JsonObject { ["condition"] = new JsonObject { ["allOf"] = new JsonArray(context) } }.ToJsonString(), essentials.ToJsonString(), custom.ToJsonString()));
        Assert.InRange(Encoding.UTF8.GetByteCount(alert.ToData().Text), 2_000, AlertLimits.DataMaxBytes);
        Assert.Equal(AlertLimits.CutNamesMax + 1, alert.ToData()["cut"]!.Elements.Length);
    }

    [Fact]
    public void Names_of_facts_are_a_promise_and_stand_once() => Assert.Distinct(AlertContext.Names.Select(known => known.Name));
}
