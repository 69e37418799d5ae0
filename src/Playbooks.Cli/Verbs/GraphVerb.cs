using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Core.Renderings;

namespace Playbooks.Cli.Verbs;

/// <summary><c>graph</c>: the playbook as a picture.</summary>
internal static class GraphVerb
{
    public static Command Create()
    {
        var (name, folder) = (CommonOptions.PlaybookName(), CommonOptions.Playbooks());
        var command = new Command("graph", "Draws a playbook as a Mermaid flowchart: the way through the steps, jumps, catch arms, undos and finally.") { name, folder };
        command.Handle((parsed, output, _) =>
        {
            output.Write(MermaidGraph.Of(LibraryFolder.Find(parsed.GetValue(folder)).Load(parsed.GetValue(name)!)));
            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }
}
