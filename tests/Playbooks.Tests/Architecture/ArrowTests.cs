using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Playbooks.Tests.Architecture;

public partial class ArrowTests
{
    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Core"] = [],
        ["Connectors"] = ["Core"],
        ["DurableFunctions"] = ["Connectors", "Core", "Hosting", "Web"],
        ["Sqlite"] = ["Core"],
        ["Web"] = ["Core"],
        ["Gateway"] = [],
        ["SampleService"] = ["Connectors"],
        // What both hosts are composed of.
        ["Hosting"] = ["Connectors", "Core", "Web"],
        ["Cli"] = ["Connectors", "Core", "Hosting", "Sqlite", "Web"],
    };

    private static readonly Dictionary<string, string[]> CoreFolders = new()
    {
        ["Json"] = [],
        ["Alerts"] = ["Json"],
        ["Expressions"] = ["Json"],
        ["Definitions"] = ["Json", "Alerts", "Expressions"],
        ["Timing"] = ["Json", "Alerts", "Expressions", "Definitions"],
        ["Decisions"] = ["Json", "Alerts", "Expressions", "Definitions", "Timing"],
        ["Scenarios"] = ["Json", "Alerts", "Expressions", "Definitions", "Timing", "Decisions"],
        ["Evidence"] = ["Json", "Alerts", "Expressions", "Definitions", "Timing", "Decisions"],
        // What people and tools read of a playbook that nobody runs: so it must not need the decider.
        ["Renderings"] = ["Json", "Expressions", "Definitions", "Timing"],
        // What people are shown of a run in a chat.
        ["Cards"] = ["Json", "Expressions", "Definitions", "Timing", "Decisions", "Renderings"],
        ["Planning"] = ["Json", "Expressions", "Definitions"],
        ["Comparing"] = ["Json", "Expressions", "Definitions", "Timing"],
    };

    [Fact]
    public void Projects_know_only_what_the_design_allows()
    {
        var found = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "Playbooks.*.csproj", SearchOption.AllDirectories)
            .ToDictionary(Short, file => XDocument.Load(file).Descendants("ProjectReference")
                .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
                .Select(reference => Short(reference.Attribute("Include")!.Value)).Order(StringComparer.Ordinal).ToArray());
        Assert.Equal(Projects.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(found, project => Assert.Equal(Projects[project.Key], project.Value));
    }

    [Fact]
    public void Folders_of_Core_know_only_what_comes_before_them()
    {
        var core = Path.Combine(Repository.Root, "src", "Playbooks.Core");
        var folders = Directory.GetDirectories(core).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).ToList();
        Assert.All(folders, folder => Assert.Contains(folder!, CoreFolders.Keys));
        var wrong = from folder in folders
                    from file in Directory.GetFiles(Path.Combine(core, folder!), "*.cs", SearchOption.AllDirectories)
                    from Match used in CoreUse().Matches(File.ReadAllText(file))
                    let name = used.Groups[1].Value
                    where CoreFolders.ContainsKey(name) && name != folder && !CoreFolders[folder!].Contains(name)
                    select $"{Path.GetRelativePath(core, file)} uses {name}";
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void The_guide_to_the_architecture_names_every_project()
    {
        var page = Repository.Read("docs/architecture.md");
        Assert.All(Projects.Keys, project => Assert.Contains($"`Playbooks.{project}`", page, StringComparison.Ordinal));
    }

    private static string Short(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))["Playbooks.".Length..];

    [GeneratedRegex(@"\bPlaybooks\.Core\.(\w+)")]
    private static partial Regex CoreUse();
}
