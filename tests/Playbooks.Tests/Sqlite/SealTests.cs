using Playbooks.Sqlite;

namespace Playbooks.Tests.Sqlite;

public sealed class SealTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 9)]
    [InlineData(1, 1)]
    [InlineData(9, 2000)]
    [InlineData(2000, 9)]
    [InlineData(2000, 2000)]
    public void What_was_sealed_is_taken_whatever_its_length(int text, int key)
    {
        var (sealedText, under) = (new string('ü', text), new string('k', key));

        Assert.Equal(sealedText, Seal.Take(Seal.Put(sealedText, under, "two"), under, "two"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("#")]
    [InlineData("0123456789abcdef")]
    [InlineData("#0123456789abcdef")]
    [InlineData("text#0123456789abcdef")]
    public void What_was_never_sealed_is_not_taken(string stored)
    {
        var refused = Assert.Throws<JournalException>(() => Seal.Take(stored, "run-1", "hold"));

        Assert.Equal("The journal is damaged: what it says about 'run-1/hold' is not what was stored. Keep it (with its -wal and -shm) as evidence and restore a backup.", refused.Message);
    }

    [Fact]
    public void A_key_of_two_parts_is_not_the_same_parts_put_together_otherwise() =>
        Assert.Throws<JournalException>(() => Seal.Take(Seal.Put("text", "a", "bc"), "ab", "c"));
}
