using System.Text;

namespace Playbooks.SampleService.Artifact;

/// <summary>Makes the healthy artifacts of the sample: always the same bytes, so that the golden suites beside the drill environment fit them.</summary>
public static class SampleArtifact
{
    public const string WeightsFile = "weights.json";
    public const string ItemsFile = "items.json";
    /// <summary>The data set: who took what. Each line's <c>subject</c> is a pseudonym, so an erasure removes lines.</summary>
    public const string InteractionsFile = "interactions.ndjson";
    public const string SubjectProperty = "subject";

    /// <summary>Writes the files into the folder, which is made where it is missing.</summary>
    public static void Write(string folder, SampleKind kind)
    {
        Directory.CreateDirectory(folder);
        var files = kind switch
        {
            SampleKind.Recommendations => ShopHistory.Make().Files(),
            SampleKind.Fraud => [(WeightsFile, FraudTraining.Weights())],
            _ => throw new System.Diagnostics.UnreachableException(kind.ToString()),
        };
        foreach (var (name, text) in files)
            File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
