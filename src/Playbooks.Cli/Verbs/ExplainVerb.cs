using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Core.Renderings;

namespace Playbooks.Cli.Verbs;

/// <summary><c>explain</c>: a playbook for people who do not read JSON, and for the day without an engine.</summary>
internal static class ExplainVerb
{
    public static Command Create()
    {
        var (name, folder) = (CommonOptions.PlaybookName(), CommonOptions.Playbooks());
        var environment = new Option<string?>("--environment", "-e") { Description = "Explain it for this environment" };
        var runbook = new Option<bool>("--runbook") { Description = "Write a sheet of Markdown to print: what to do by hand when the engine is down" };
        var command = new Command("explain", "Says in plain language what a playbook does, what can go wrong and then, who decides what by when, and how long it takes at most.") { name, folder, environment, runbook };
        command.Handle((parsed, output, _) =>
        {
            var library = LibraryFolder.Find(parsed.GetValue(folder));
            var playbook = library.Load(parsed.GetValue(name)!);
            output.Write(parsed.GetValue(runbook) ? Runbook.Of(playbook)
                : Explanation.Of(playbook, parsed.GetValue(environment) is { } target ? library.LoadEnvironment(target) : null));
            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }
}
