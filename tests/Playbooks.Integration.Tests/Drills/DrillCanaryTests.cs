using System.Text.Json;
using Playbooks.Tests.Canaries;

namespace Playbooks.Integration.Tests.Drills;

/// <summary>A whole drill has keys, a server and people in its data. None of them may be in what it leaves.</summary>
public class DrillCanaryTests
{
    /// <summary>Files that hold a key or people by design: each is for its user only, and a drill that went well keeps none of them.</summary>
    private static readonly string[] Meant = [".pem", ".key", "gateway-a.json", "gateway-b.json", "recommendations.json", "fraud.json", "interactions.ndjson"];

    [Fact]
    public async Task What_a_drill_leaves_names_no_key_and_nobody_whose_data_it_had()
    {
        var canary = new Canary();
        await using var drill = DrillProcess.Start(null, "--approve");
        await drill.LineAsync("ramp[0]/shift starts");
        var server = Directory.GetFiles(drill.Data, "server.json", SearchOption.AllDirectories).Single();
        canary.Plant("server key", JsonElement.Parse(await File.ReadAllTextAsync(server, TestContext.Current.CancellationToken)).GetProperty("Key").GetString()!);
        Assert.True(await drill.ExitAsync() == 0, drill.Output);

        var files = Directory.GetFiles(drill.Data, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(file => file.EndsWith(".key", StringComparison.Ordinal) || (file.EndsWith(".pem", StringComparison.Ordinal) && !file.EndsWith(".pub.pem", StringComparison.Ordinal))))
        {
            foreach (var (line, index) in File.ReadAllLines(file).Where(line => line.Length > 20 && !line.StartsWith('-')).Select((line, index) => (line, index)))
                canary.Plant($"{Path.GetFileName(file)}, line {index}", line);
        }
        var people = File.ReadLines(files.First(file => Path.GetFileName(file) == "interactions.ndjson")).Select(line => JsonElement.Parse(line).GetProperty("subject").GetString()!).Distinct().ToList();
        Assert.True(people.Count > 20);
        foreach (var person in people)
            canary.Plant("subject " + person, person);

        List<string> found =
        [
            .. canary.FindUnder(drill.Data, file => file.Contains("/storage/", StringComparison.Ordinal) || Array.Exists(Meant, name => file.EndsWith(name, StringComparison.Ordinal))),
            .. canary.FindUnder(drill.Evidence, file => file.EndsWith(".pub.pem", StringComparison.Ordinal)), .. canary.FindIn("the terminal", drill.Output),
        ];
        Assert.Empty(found);
    }
}
