using System.Text;
using System.Text.Json;
using Playbooks.Connectors.Artifacts;

namespace Playbooks.Tests.Artifacts;

public class CorruptionTests
{
    [Theory]
    [InlineData("""{"weights":[0.5,-1.25,3],"bias":2.0e-3,"version":"1.2.3","n":7}""", """{"weights":[-0.5,1.25,3],"bias":-2.0e-3,"version":"1.2.3","n":7}""")]
    [InlineData("[ 1.5, 2 ]", "[ -1.5, 2 ]")]
    public void Corrupted_JSON_still_parses_but_its_fractions_have_the_other_sign(string good, string bad)
    {
        var corrupted = Encoding.UTF8.GetString(ArtifactCorruption.Corrupt(Encoding.UTF8.GetBytes(good)));
        Assert.Equal(bad, corrupted);
        using var parsed = JsonDocument.Parse(corrupted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public void Other_files_keep_their_length_and_change(int length)
    {
        var good = new byte[length];
        Array.Fill(good, (byte)0xFF);
        var bad = ArtifactCorruption.Corrupt(good);
        Assert.Equal(good.Length, bad.Length);
        Assert.NotEqual(good, bad);
    }
}
