using System.Text;
using System.Text.Json;
using CsCheck;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Json;

public class JsonDataTests
{
    [Theory]
    [InlineData("1", "2")]
    [InlineData("1", "\"1\"")]
    [InlineData("null", "false")]
    [InlineData("[1,2]", "[2,1]")]
    [InlineData("""{"a":null}""", "{}")]
    [InlineData("9007199254740993", "9007199254740992")]
    [InlineData("0.1", "0.1000000000000000055511151231257827")]
    public void Different_values_differ(string left, string right) => Assert.NotEqual(JsonData.Parse(left), JsonData.Parse(right));

    [Theory]
    [InlineData("1", "1.0")]
    [InlineData("1", "10e-1")]
    [InlineData("-0", "0.00")]
    [InlineData("1e3", "1000")]
    [InlineData("\"\\u00e9\"", "\"é\"")]
    [InlineData("""{"a":1,"b":[true]}""", """{ "b": [ true ], "a": 1.0 }""")]
    public void Equal_values_are_equal_and_hash_and_sign_the_same(string left, string right)
    {
        var (a, b) = (JsonData.Parse(left), JsonData.Parse(right));
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.Equal(a.Canonical(), b.Canonical());
    }

    [Theory]
    [InlineData("1e21", "1e+21")]
    [InlineData("1e20", "100000000000000000000")]
    [InlineData("1234567890123456789012345", "1234567890123456789012345")]
    [InlineData("1.50", "1.5")]
    [InlineData("-0.000001", "-0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("12.5E-10", "1.25e-9")]
    [InlineData("""{ "b" : 1, "a" : [ ] }""", """{"b":1,"a":[]}""")]
    [InlineData("\"\\u0001\\n\\u2028<\"", "\"\\u0001\\n\u2028<\"")]
    public void Text_is_compact_and_keeps_order_and_digits(string json, string text) => Assert.Equal(text, JsonData.Parse(json).Text);

    [Fact]
    public void Canonical_bytes_sort_names_by_their_code_units() =>
        Assert.Equal("""{"1":1,"A":2,"a":3,"é":4}""", Encoding.UTF8.GetString(JsonData.Parse("""{"é":4,"a":3,"A":2,"1":1}""").Canonical()));

    [Theory]
    [InlineData("")]
    [InlineData("1 2")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("\"\\ud800\"")]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("1e1000")]
    public void What_cannot_be_held_is_a_json_exception(string json) => Assert.ThrowsAny<JsonException>(() => JsonData.Parse(json));

    [Fact]
    public void Accessors_answer_only_for_their_kind()
    {
        var value = JsonData.Parse("""{"text":"x","count":3,"rate":1.5,"yes":true,"none":null,"list":[1]}""");
        Assert.Equal("x", value["text"]?.AsString());
        Assert.Equal(3, value["count"]?.AsInt64());
        Assert.Null(value["rate"]?.AsInt64());
        Assert.Equal(1.5m, value["rate"]?.AsDecimal());
        Assert.True(value["yes"]?.AsBoolean());
        Assert.Null(value["text"]?.AsBoolean());
        Assert.Equal(JsonData.Null, value["none"]);
        Assert.Null(value["missing"]);
        Assert.Null(value["text"]?["x"]);
        Assert.Equal([JsonData.Of(1)], value["list"]?.Elements ?? []);
    }

    /// <summary>CsCheck prints the seed of what fails.</summary>
    [Fact]
    public void The_size_is_that_of_the_text() =>
        AnyJson.OfDepth(3).Sample(value => value.SizeBytes == Encoding.UTF8.GetByteCount(value.Text), iter: 5_000);

    [Theory]
    [InlineData("1", 0)]
    [InlineData("[]", 1)]
    [InlineData("""{"a":[1,{}]}""", 3)]
    public void The_depth_counts_arrays_and_objects(string json, int levels) => Assert.Equal(levels, JsonData.Parse(json).Depth);

    [Fact]
    public void A_value_that_shares_its_parts_endlessly_has_a_size_all_the_same()
    {
        var value = JsonData.True;
        for (var i = 0; i < 200; i++)
            value = JsonData.Array([value, value]);
        Assert.True(value.SizeBytes > int.MaxValue);
        Assert.Equal(value, JsonData.Array([value.Elements[0], value.Elements[0]]));
    }

    [Fact]
    public void A_string_with_half_a_surrogate_pair_is_mended() => Assert.Equal("a\uFFFDb", JsonData.Of("a\ud800b").AsString());

    [Fact]
    public void A_record_serialises_it_as_the_json_itself()
    {
        var record = new Holder(JsonData.Parse("""{"a":[1,2.50]}"""), JsonData.Null);
        var json = JsonSerializer.Serialize(record);
        Assert.Equal("""{"Value":{"a":[1,2.5]},"Other":null}""", json);
        Assert.Equal(record, JsonSerializer.Deserialize<Holder>(json));
    }

    private sealed record Holder(JsonData Value, JsonData Other);
}
