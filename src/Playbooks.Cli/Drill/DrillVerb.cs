using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Cli.Live;
using Playbooks.Cli.Verbs;
using Playbooks.Core.Decisions;
using Playbooks.Web.Access;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Playbooks.Cli.Drill;

/// <summary><c>drill</c>: plants an incident in a system of its own, recovers it, and leaves the evidence.</summary>
internal static class DrillVerb
{
    public static Command Create()
    {
        var name = new Argument<string?>("playbook") { Description = "Name of the playbook, for example model-corruption", Arity = ArgumentArity.ZeroOrOne };
        var approve = new Option<bool>("--approve") { Description = "Let the drill environment's scripted identity vote yes; the evidence says that no person decided" };
        var resume = new Option<bool>("--resume") { Description = "Go on with the newest drill whose process was killed" };
        var keep = new Option<bool>("--keep") { Description = "Keep the drill's folder (logs, storage, journal) even after a recovery" };
        var evidence = new Option<string>("--evidence") { Description = "Folder for the evidence", DefaultValueFactory = _ => "evidence" };
        var (inputs, folder, data, json) = (CommonOptions.Inputs(), CommonOptions.Playbooks(), CommonOptions.Data(), CommonOptions.Json());
        var command = new Command("drill",
            "Starts a small AI system on this machine, injects the incident that the playbook's drill block describes, raises the alert, and runs the playbook with the clock "
            + "ticking. Asks for approvals here, unless --approve is given. Exit code 0 when the service recovered within the RTO, else 1.")
            { name, approve, resume, keep, evidence, inputs, folder, data, json };
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var workspace = parsed.WorkspaceOf(data);
            var asJson = parsed.GetValue(json);
            void Say(string text)
            {
                if (!asJson)
                    output.WriteLine(text);
            }

            var session = parsed.GetValue(resume)
                ? await DrillSession.ResumeAsync(workspace, TimeProvider.System, Say, cancellationToken)
                : await DrillSession.StartAsync(workspace, LibraryFolder.Find(parsed.GetValue(folder)),
                    parsed.GetValue(name) ?? throw new CliException(ExitCodes.WrongInput, "Name a playbook, for example: playbooks drill model-corruption"),
                    Path.GetFullPath(parsed.GetValue(evidence)!), InputValues.Read(parsed.GetValue(inputs)), TimeProvider.System, Say, cancellationToken);
            await using (session)
            {
                var run = await FollowAsync(session, output, parsed.GetValue(approve), asJson, cancellationToken);
                return await session.FinishAsync(run, parsed.GetValue(keep), asJson ? TextWriter.Null : output, cancellationToken);
            }
        });
        return command;
    }

    private static Task<Run> FollowAsync(DrillSession session, TextWriter output, bool approve, bool json, CancellationToken cancellationToken)
    {
        var console = AnsiConsole.Console;
        var interactive = !json && console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal && !Console.IsInputRedirected;
        var watch = new RunWatch(console, output, session.Host.Engine, session.Host.People, TimeProvider.System, json)
        {
            Answer = approve ? session.ApproveAsync : interactive ? (approval, stop) => AskAsync(session, console, approval, stop) : null,
        };
        if (!approve && !interactive)
            output.WriteLine($"Approvals are asked for elsewhere: playbooks approve {session.RunId}");
        return watch.FollowAsync(session.RunId, session.Host.Engine.SubscribeAsync(session.RunId, 1, cancellationToken), cancellationToken);
    }

    private static async Task AskAsync(DrillSession session, IAnsiConsole console, OpenApproval approval, CancellationToken cancellationToken)
    {
        console.WriteLine();
        console.MarkupLine($"[yellow]{Markup.Escape(TerminalPeople.Printable(approval.Message))}[/]");
        foreach (var (step, inputs) in approval.Covered.Properties)
            console.MarkupLine($"  [dim]covers {Markup.Escape(step)}: {Markup.Escape(TerminalPeople.Printable(inputs.Text))}[/]");
        var yes = await console.PromptAsync(new ConfirmationPrompt("Approve?") { DefaultValue = false }, cancellationToken);
        await session.VoteAsync(approval, LocalPerson.Id, LocalDirectory.GroupsOf(session.Environment, LocalPerson.Id), yes, Votes.ViaTerminal, cancellationToken);
    }
}
