using System.CommandLine;
using System.Text;
using System.Text.Json;
using Playbooks.Cli.Host;
using Playbooks.Cli.Live;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Evidence;
using Playbooks.Sqlite;
using Playbooks.Web;
using Spectre.Console;
using Command = System.CommandLine.Command;

namespace Playbooks.Cli.Verbs;

/// <summary>Verbs that only look: <c>runs</c>, <c>show</c>, <c>replay</c>. They read the journal, whether a host works on it or not.</summary>
internal static class LookVerbs
{
    public static IEnumerable<Command> Create() => [Runs(), Show(), Replay()];

    private static Command Runs()
    {
        var (host, json) = (new HostChoice(), CommonOptions.Json());
        var command = new Command("runs", "Lists the runs of a journal, or of a host elsewhere, the newest last.") { json };
        host.AddTo(command);
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var runs = host.IsElsewhere(parsed) ? await ElsewhereAsync(host, parsed, client => client.RunsAsync(cancellationToken), cancellationToken) : OfJournal(host.WorkspaceOf(parsed));
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(runs, WireJson.Options));
            else if (runs.Count == 0)
                output.WriteLine("There are no runs yet.");
            else
                runs.ToList().ForEach(run => output.WriteLine(TerminalPeople.Printable(Line(run))));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Show()
    {
        var (run, host, json) = (CommonOptions.Run(), new HostChoice(), CommonOptions.Json());
        var command = new Command("show", "Shows where a run stands: clock, steps, who is awaited.") { run, json };
        host.AddTo(command);
        command.Handle(async (parsed, output, cancellationToken) =>
        {
            var view = host.IsElsewhere(parsed) ? await ElsewhereAsync(host, parsed, client => client.ShowAsync(parsed.GetValue(run)!, cancellationToken), cancellationToken)
                : OfJournal(host.WorkspaceOf(parsed), parsed.GetValue(run)!);
            if (parsed.GetValue(json))
                output.WriteLine(JsonSerializer.Serialize(view, WireJson.Options));
            else
                Draw(output, view, DateTimeOffset.UtcNow);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Replay()
    {
        var (run, data, json) = (CommonOptions.Run(), CommonOptions.Data(), CommonOptions.Json());
        var until = new Option<long?>("--until") { Description = "Stop after the event with this sequence and show the run as it was then" };
        var command = new Command("replay", "Walks through a run event by event, as its journal tells it; with --until shows the run as it was.") { run, data, until, json };
        command.Handle((parsed, output, _) =>
        {
            using var journal = Open(parsed.WorkspaceOf(data));
            var state = Run.Empty;
            foreach (var stored in EventsOf(journal, parsed.GetValue(run)!).Where(stored => stored.Sequence <= (parsed.GetValue(until) ?? long.MaxValue)))
            {
                state = Decider.Evolve(state, stored.Event);
                output.WriteLine(parsed.GetValue(json) ? Encoding.UTF8.GetString(stored.Json.Span)
                    : $"{stored.Sequence,5}  {Times.Instant(stored.Event.At)}  {EventNames.Of(stored.Event),-20}  {TerminalPeople.Printable(EventSentences.Of(stored.Event) ?? "")}");
            }
            if (parsed.GetValue(until) is not null && !parsed.GetValue(json))
                Draw(output, RunView.Of(state), state.Now);
            return Task.FromResult(ExitCodes.Ok);
        });
        return command;
    }

    /// <summary>The journal of a folder, or of the newest drill in it.</summary>
    public static JournalReader Open(Workspace workspace)
    {
        var drills = Directory.Exists(workspace.Drills) ? Directory.GetDirectories(workspace.Drills).OrderDescending(StringComparer.Ordinal) : Enumerable.Empty<string>();
        var path = drills.Select(folder => new Workspace(folder).Journal).Prepend(workspace.Journal).FirstOrDefault(File.Exists)
            ?? throw new CliException(ExitCodes.NotAvailable, $"There is no journal in {workspace.Folder}. Name its folder with --data.");
        return JournalReader.Open(path);
    }

    public static IReadOnlyList<StoredEvent> EventsOf(JournalReader journal, string run) => journal.Events(run) is { Count: > 0 } events ? events
        : throw new CliException(ExitCodes.WrongInput, $"There is no run '{run}'. There are: {string.Join(", ", journal.RunIds())}.");

    private static IReadOnlyList<RunSummary> OfJournal(Workspace workspace)
    {
        using var journal = Open(workspace);
        return [.. journal.RunIds().Select(id => Decider.Fold(journal.Events(id).Select(stored => stored.Event)).Summary())];
    }

    private static RunView OfJournal(Workspace workspace, string run)
    {
        using var journal = Open(workspace);
        return RunView.Of(Decider.Fold(EventsOf(journal, run).Select(stored => stored.Event)));
    }

    private static async Task<T> ElsewhereAsync<T>(HostChoice host, ParseResult parsed, Func<RunClient, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var client = await host.ConnectAsync(parsed, cancellationToken);
        return await ask(client);
    }

    private static string Line(RunSummary run) => $"{run.RunId}  {run.Playbook} {run.Version}  {WireName.Of(run.Mode)} in {run.Environment}  {WireName.Of(run.State)}"
        + (run.Outcome is { } outcome ? $"  {WireName.Of(outcome)}, RTO {WireName.Of(run.Verdict!.Value)}" : "")
        + (run.WaitingFor is null ? "" : $"  waits for {run.WaitingFor}");

    private static void Draw(TextWriter output, RunView view, DateTimeOffset now) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) }).Write(RunScreen.Of(view, now, []));
}
