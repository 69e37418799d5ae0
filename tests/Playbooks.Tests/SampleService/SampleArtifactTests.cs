using Playbooks.SampleService.Artifact;

namespace Playbooks.Tests.SampleService;

public sealed class SampleArtifactTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-sample-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(SampleKind.Recommendations)]
    [InlineData(SampleKind.Fraud)]
    public void The_healthy_artifact_is_the_same_bytes_every_time(SampleKind kind)
    {
        SampleArtifact.Write(Path.Combine(folder, "a"), kind);
        SampleArtifact.Write(Path.Combine(folder, "b"), kind);
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "a")))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(folder, "b", Path.GetFileName(file))));
    }

    [Fact]
    public void The_data_set_names_every_subject_in_each_of_three_thousand_lines()
    {
        SampleArtifact.Write(folder, SampleKind.Recommendations);
        var subjects = File.ReadAllLines(Path.Combine(folder, SampleArtifact.InteractionsFile))
            .Select(line => Core.Json.JsonData.Parse(line)[SampleArtifact.SubjectProperty]!.AsString()).ToList();
        Assert.Equal((3_000, 200), (subjects.Count, subjects.Distinct().Count()));
    }

    [Fact]
    public void A_drill_corrupts_the_weights_because_they_are_the_largest_JSON_file()
    {
        SampleArtifact.Write(folder, SampleKind.Recommendations);
        Assert.True(new FileInfo(Path.Combine(folder, SampleArtifact.WeightsFile)).Length > new FileInfo(Path.Combine(folder, SampleArtifact.ItemsFile)).Length);
    }
}
