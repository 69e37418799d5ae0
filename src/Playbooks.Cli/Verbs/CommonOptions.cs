using System.CommandLine;
using Playbooks.Cli.Host;
using Playbooks.Cli.LocalStack;
using Playbooks.Hosting;
using Playbooks.Sqlite;

namespace Playbooks.Cli.Verbs;

/// <summary>Options that several verbs share, each described once.</summary>
internal static class CommonOptions
{
    public static Option<string?> Data() => new("--data") { Description = "Folder of journal and server file (default: .playbooks here)" };

    public static Option<string?> Playbooks() => new("--playbooks") { Description = "Folder of playbooks and environments (default: 'playbooks' here or above)" };

    public static Option<string> Environment() => new("--environment", "-e") { Description = "Name of the environment, or a path to its file", Required = true };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON for machines" };

    public static Option<string[]> Inputs() => new("--input", "-i") { Description = "An input as name=value; repeat for more. What is JSON is taken as JSON" };

    public static Argument<string> PlaybookName() => new("playbook") { Description = "Name of the playbook, or a path to its file" };

    public static Argument<string> Run() => new("run") { Description = "Id of the run" };

    public static Option<string> Reason() => new("--reason", "-m") { Description = "Why; it stands in the evidence", Required = true };

    /// <summary>Runs a verb; what the user can mend is a line on the standard error and an exit code, never a stack.</summary>
    public static void Handle(this Command command, Func<ParseResult, TextWriter, CancellationToken, Task<int>> run) => command.SetAction(async (parsed, cancellationToken) =>
    {
        try
        {
            return await run(parsed, parsed.InvocationConfiguration.Output, cancellationToken);
        }
        catch (CliException wrong)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(wrong.Message);
            return wrong.ExitCode;
        }
        catch (HostSettingException wrong)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(wrong.Message);
            return ExitCodes.WrongInput;
        }
        catch (Exception wrong) when (wrong is JournalException or LocalStackException or IOException or UnauthorizedAccessException or HttpRequestException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(wrong.Message);
            return ExitCodes.NotAvailable;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    });

    public static Workspace WorkspaceOf(this ParseResult parsed, Option<string?> option) => Workspace.At(parsed.GetValue(option));
}
