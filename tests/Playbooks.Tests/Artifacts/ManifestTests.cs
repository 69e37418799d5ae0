using System.Text;
using Playbooks.Connectors;
using Playbooks.Connectors.Artifacts;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Artifacts;

public class ManifestTests
{
    private static readonly string Zeros = new('0', 64);
    private static readonly string Ones = new('1', 64);

    internal static readonly Manifest Sample = new("grading", 7, "pipeline@university.example", new(2026, 11, 1, 4, 0, 0, TimeSpan.Zero), "commit 1a2b3c",
        [new ManifestFile("data/subjects.json", 12, Zeros, "2026-11-01T04:00:00.0000000Z", "Hot"), new ManifestFile("weights.json", 34, Ones)]);

    [Fact]
    public void The_same_manifest_has_the_same_bytes_and_these_are_they() => Assert.Equal(
        $$"""{"files":[{"name":"data/subjects.json","sha256":"{{Zeros}}","size":12,"tier":"Hot","versionId":"2026-11-01T04:00:00.0000000Z"},{"name":"weights.json","sha256":"{{Ones}}","size":34}],"form":"playbooks/artifact/v1","madeAt":"2026-11-01T04:00:00.0000000+00:00","madeBy":"pipeline@university.example","model":"grading","source":"commit 1a2b3c","version":7}""",
        Encoding.UTF8.GetString(Sample.Bytes()));

    [Fact]
    public void A_manifest_reads_back_as_it_was_written()
    {
        var all = Sample with { Key = "key-1", DerivedFrom = 6, Chaos = new ChaosNote(Sample.MadeAt.AddHours(1), 6) };
        Assert.Equal(all.Bytes(), Manifest.Read(all.ToJson()).Bytes());
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "\"form\":\"playbooks/artifact/v1\"", "\"form\":\"playbooks/artifact/v2\"" },
        { "\"version\":7", "\"version\":0" },
        { "\"version\":7", "\"version\":\"7\"" },
        { "\"version\":7", "\"version\":7,\"more\":1" },
        { "\"size\":12", "\"size\":-1" },
        { "\"size\":12", "\"size\":4294967297" },
        { "\"size\":12", "\"size\":12,\"more\":1" },
        { Zeros, new string('0', 63) },
        { Ones, new string('A', 64) },
        { "data/subjects.json", "../subjects.json" },
        { "data/subjects.json", "zz.json" },
        { "data/subjects.json", "weights.json" },
        { "2026-11-01T04:00:00.0000000+00:00", "yesterday" },
    };

    [Theory, MemberData(nameof(Damages))]
    public void A_manifest_that_we_could_not_have_written_is_a_matter_of_integrity(string written, string found)
    {
        var text = Encoding.UTF8.GetString(Sample.Bytes());
        Assert.Contains(written, text, StringComparison.Ordinal);
        var failure = Assert.Throws<ActionFailedException>(() => Manifest.Read(JsonData.Parse(text.Replace(written, found, StringComparison.Ordinal))));
        Assert.Equal(ErrorKind.Integrity, failure.Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("./a")]
    [InlineData("a\\b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a\nb")]
    [InlineData("playbooks.manifest.json")]
    [InlineData(".playbooks/current")]
    public void A_name_that_could_mislead_is_refused(string name) => Assert.NotNull(ManifestFile.NameError(name));

    [Theory]
    [InlineData("weights.onnx")]
    [InlineData("data/subjects (2).json")]
    [InlineData("modèle/poids.bin")]
    public void An_ordinary_name_is_taken(string name) => Assert.Null(ManifestFile.NameError(name));

    [Fact]
    public void After_its_end_a_drills_corruption_is_not_read_any_more()
    {
        var pointer = new Pointer(8, Ones, "key", "run 1", Sample.MadeAt, 7, Zeros) { Chaos = new ChaosNote(Sample.MadeAt.AddHours(1), 7) };
        Assert.Equal(8, pointer.VersionAt(Sample.MadeAt.AddHours(1).AddTicks(-1)));
        Assert.Equal(7, pointer.VersionAt(Sample.MadeAt.AddHours(1)));
        Assert.Equal(pointer, Pointer.Read(pointer.Bytes()));
    }
}
