using System.CommandLine;
using System.Text.Json;
using Command = System.CommandLine.Command;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Scenarios;
using Playbooks.Hosting;

namespace Playbooks.Cli.Verbs;

/// <summary><c>test</c>: plays the scenario files that stand beside a playbook.</summary>
internal static class TestVerb
{
    private const string Scenarios = "scenarios";

    public static Command Create()
    {
        var names = new Argument<string[]>("playbook") { Description = "Playbooks by name or file, or single scenario files; every playbook of the folder if left out", Arity = ArgumentArity.ZeroOrMore };
        var (folder, json) = (CommonOptions.Playbooks(), CommonOptions.Json());
        var environment = new Option<string?>("--environment", "-e") { Description = "Play in this environment (default: one on paper, for drills where the scenario is one)" };
        var command = new Command("test", "Plays scenarios through the real decider, in virtual time and touching nothing. Exit code 1 when one does not end as it says.") { names, folder, environment, json };
        command.Handle((parsed, output, _) =>
        {
            var library = LibraryFolder.Find(parsed.GetValue(folder));
            var target = parsed.GetValue(environment) is { } name ? library.LoadEnvironment(name) : null;
            var given = parsed.GetValue(names) is { Length: > 0 } some ? some : [.. library.Names()];
            var played = given.SelectMany(one => FilesOf(library, one)).Select(file => Play(library, file, target)).ToList();
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(played, JsonSerializerOptions.Web));
            else
                Print(played, output);
            return Task.FromResult(played.All(one => one.Passed) ? ExitCodes.Ok : ExitCodes.NotGood);
        });
        return command;
    }

    private static string[] FilesOf(PlaybookLibrary library, string name)
    {
        if (Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(name))) == Scenarios)
            return File.Exists(name) ? [name] : throw new CliException(ExitCodes.WrongInput, $"There is no scenario {name}.");
        var folder = Path.Combine(Path.GetDirectoryName(library.PathOf(name))!, Scenarios);
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray() : [];
        return files.Length > 0 ? files : throw new CliException(ExitCodes.WrongInput, $"'{name}' has no scenarios. Put some into {folder}.");
    }

    private static Played Play(PlaybookLibrary library, string file, DeploymentEnvironment? environment)
    {
        var playbook = library.Load(Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(file)))!, PlaybookLibrary.FileName));
        try
        {
            var scenario = ScenarioReader.Read(File.ReadAllText(file));
            var rehearsed = Rehearsal.Play(scenario, playbook, environment ?? PaperEnvironment.For(scenario.Mode), playbook.Inlined.Select(text => new PinnedText(text.Name, text.Digest, text.Text)));
            return new Played(playbook.Name, file, scenario.Title, [.. ScenarioFit.Problems(scenario, playbook), .. rehearsed.Differences(scenario.Expect)]);
        }
        catch (FormatException unreadable)
        {
            return new Played(playbook.Name, file, Path.GetFileName(file), [$"The scenario cannot be read. {unreadable.Message}"]);
        }
    }

    private static void Print(IReadOnlyCollection<Played> played, TextWriter output)
    {
        foreach (var one in played)
        {
            output.WriteLine($"{(one.Passed ? "pass" : "FAIL")}  {one.Playbook}: {one.Title}");
            foreach (var difference in one.Differences)
                output.WriteLine($"      {difference}");
            if (!one.Passed)
                output.WriteLine($"      {one.File}");
        }
        output.WriteLine($"{played.Count(one => one.Passed)} passed, {played.Count(one => !one.Passed)} failed.");
    }

    /// <summary>One scenario, and where it differs from what it expects.</summary>
    private sealed record Played(string Playbook, string File, string Title, IReadOnlyList<string> Differences)
    {
        public bool Passed => Differences.Count == 0;
    }
}
