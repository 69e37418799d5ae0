using System.Text;
using Playbooks.Connectors.DeadLetters;
using Playbooks.Core.Definitions;
using Playbooks.Core.Expressions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.DeadLetters;

public class LetterTests
{
    private static readonly DateTimeOffset Inserted = new(2026, 11, 24, 3, 0, 0, TimeSpan.Zero);
    private static readonly QueueTarget Target = new("main", "jobs-poison", "jobs", "ledger", ConsumerKind.Keyed,
        Parsed("error.kind"), Parsed("job"), Parsed("student"), Parsed("student"));

    public static TheoryData<string, string> NotEnvelopes => new()
    {
        { "no mark", """{"key":"k","body":1}""" },
        { "another version", """{"letter":2,"key":"k","body":1}""" },
        { "no key", """{"letter":1,"body":1}""" },
        { "an empty key", """{"letter":1,"key":"","body":1}""" },
        { "a key of another type", """{"letter":1,"key":5,"body":1}""" },
        { "no body", """{"letter":1,"key":"k"}""" },
        { "an array", "[]" },
    };

    [Theory, MemberData(nameof(NotEnvelopes))]
    public void What_is_not_our_envelope_is_left_alone(string why, string text)
    {
        var letter = Read(text);
        Assert.True(letter.Envelope is null, why);
        Assert.Equal(text, letter.Replayed(1));
    }

    [Fact]
    public void An_envelope_speaks_for_itself()
    {
        var letter = Read("""
            {"letter":1,"key":"k","order":"o","subject":"s","reason":"timeout","enqueuedAt":"2026-11-23T10:00:00Z","attempts":2,"body":{"job":"other"}}
            """);
        Assert.Equal(("k", "o", "s", "timeout", 2, new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero)),
            (letter.Key, letter.Order, letter.Subject, letter.Reason, letter.Attempts!.Value, letter.EnqueuedAt));
    }

    public static TheoryData<string, string, string, string?> Classified => new()
    {
        { "reason and key of the environment's expressions", """{"job":7,"student":"s1","error":{"kind":"timeout"}}""", "timeout", "7" },
        { "no reason where the expression finds nothing", """{"job":"j"}""", Letter.UnknownReason, "j" },
        { "no reason where it finds an object", """{"job":"j","error":{"kind":{}}}""", Letter.UnknownReason, "j" },
        { "an envelope without a reason is not classified", """{"letter":1,"key":"k","body":{"error":{"kind":"timeout"}}}""", Letter.UnknownReason, "k" },
        { "a text that is no JSON", "boom", Letter.UnknownReason, null },
    };

    [Theory, MemberData(nameof(Classified))]
    public void Letters_without_an_envelope_are_classified(string why, string text, string reason, string? key)
    {
        var letter = Read(text);
        Assert.True((reason, key ?? "text:" + Letter.Digest(text)) == (letter.Reason, letter.Key), why);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_replay_keeps_the_encoding_and_all_that_it_does_not_know(bool isBase64)
    {
        const string json = """{"letter":1,"key":"k","trace":"00-ab","body":{"weight":0.10}}""";
        var letter = Read(isBase64 ? Convert.ToBase64String(Encoding.UTF8.GetBytes(json)) : json);
        var replayed = letter.Replayed(1);
        if (isBase64)
            replayed = Encoding.UTF8.GetString(Convert.FromBase64String(replayed));
        Assert.Equal(JsonData.Parse("""{"letter":1,"key":"k","trace":"00-ab","body":{"weight":0.10},"attempts":1,"origin":"id-1"}"""), JsonData.Parse(replayed));
    }

    [Fact]
    public void The_first_origin_stays() =>
        Assert.Equal("first", JsonData.Parse(Read("""{"letter":1,"key":"k","origin":"first","attempts":1,"body":1}""").Replayed(2))["origin"]!.AsString());

    [Fact]
    public void A_letter_that_our_few_bytes_would_make_too_large_is_sent_as_found()
    {
        const string head = """{"letter":1,"key":"k","body":""" + "\"";
        var text = head + new string('x', (64 * 1024) - head.Length - 2) + "\"}";
        Assert.Equal(64 * 1024, text.Length);
        Assert.Equal(text, Read(text).Replayed(1));
    }

    [Fact]
    public void Equal_texts_without_a_key_are_one_letter_and_long_keys_are_kept_as_digests()
    {
        Assert.Equal(Read("boom").Key, Read("boom").Key);
        Assert.StartsWith("sha256:", Read($$"""{"job":"{{new string('k', 600)}}"}""").Key, StringComparison.Ordinal);
    }

    public static TheoryData<string, int?, int, int, bool> Comings => new()
    {
        { "an older copy tells fewer replays", 0, 10, 1, false },
        { "the replay itself tells as many", 1, -10, 1, true },
        { "without a word: dead before it was sent", null, -1, 1, false },
        { "without a word: dead in the second it was sent", null, 0, 1, true },
        { "without a word: dead afterwards", null, 5, 1, true },
    };

    [Theory, MemberData(nameof(Comings))]
    public void A_letter_of_a_known_key_is_a_copy_or_came_back(string why, int? told, int secondsAfter, int attempts, bool cameBack) =>
        Assert.True(cameBack == KeyRow.CameBack(told, Inserted.AddSeconds(secondsAfter), attempts, Inserted), why);

    private static Letter Read(string text) => Letter.Read("id-1", text, Inserted, Target);

    private static Expression? Parsed(string text) => Expression.Parse(text).Expression;
}
