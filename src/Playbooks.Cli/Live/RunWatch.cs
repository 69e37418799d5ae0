using System.Collections.Concurrent;
using System.Text;
using Playbooks.Cli.Host;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Web;
using Spectre.Console;

namespace Playbooks.Cli.Live;

/// <summary>Shows a run until nothing more will happen: as a live screen on a terminal, as lines elsewhere, as JSON lines for machines.</summary>
internal sealed class RunWatch(IAnsiConsole console, TextWriter output, IRuns runs, TerminalPeople people, TimeProvider time, bool json)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentQueue<string> told = new();

    /// <summary>Answers an open approval for the person at the terminal; null where nobody is asked here.</summary>
    public Func<OpenApproval, CancellationToken, Task>? Answer { get; init; }

    public bool IsScreen => !json && console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;

    public async Task<Run> FollowAsync(string runId, IAsyncEnumerable<StoredEvent> events, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        people.Say = IsScreen ? told.Enqueue : json ? _ => { } : Line;
        var lines = LinesAsync(events, stop.Token);
        Run run;
        try
        {
            run = await ShowAsync(runId, cancellationToken);
            // The last lines may still be on their way.
            await Task.WhenAny(lines, Task.Delay(Refresh * 10, time, cancellationToken));
        }
        finally
        {
            await stop.CancelAsync();
            await lines;
        }
        return run;
    }

    private async Task LinesAsync(IAsyncEnumerable<StoredEvent> events, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var stored in events.WithCancellation(cancellationToken))
            {
                if (json)
                    Line(Encoding.UTF8.GetString(stored.Json.Span));
                else if (!IsScreen && EventSentences.Of(stored.Event) is { } text)
                    Line($"{Times.Instant(stored.Event.At)}  {TerminalPeople.Printable(text)}");
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over and so is the watching.
        }
    }

    private async Task<Run> ShowAsync(string runId, CancellationToken cancellationToken)
    {
        var answered = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            OpenApproval? approval = null;
            var run = Run.Empty;
            async Task UntilAskedAsync(Action<Run> show)
            {
                using var timer = new PeriodicTimer(Refresh, time);
                while (true)
                {
                    run = await FindAsync(runId, cancellationToken);
                    show(run);
                    approval = Answer is null ? null
                        : people.Approvals.Where(open => open.RunId == runId).Select(open => open.Approval).FirstOrDefault(open => answered.Add($"{open.Path}/{open.Round}"));
                    if (run.IsQuiet || approval is not null)
                        return;
                    await timer.WaitForNextTickAsync(cancellationToken);
                }
            }

            if (IsScreen)
                await console.Live(new Text("")).StartAsync(live => UntilAskedAsync(shown => live.UpdateTarget(RunScreen.Of(RunView.Of(shown), time.GetUtcNow(), [.. told]))));
            else
                await UntilAskedAsync(_ => { });
            if (approval is null)
                return run;
            await Answer!(approval, cancellationToken);
        }
    }

    private async Task<Run> FindAsync(string runId, CancellationToken cancellationToken) =>
        await runs.FindAsync(runId, cancellationToken) ?? throw new CliException(ExitCodes.NotAvailable, $"Run {runId} is gone from the journal.");

    private void Line(string text)
    {
        lock (output)
            output.WriteLine(text);
    }
}
