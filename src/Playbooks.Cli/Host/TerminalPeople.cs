using System.Collections.Concurrent;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Hosting;

namespace Playbooks.Cli.Host;

/// <summary>
/// People at the terminal, for now: what is told is printed, what is asked is kept until somebody answers. Teams takes this place
/// through the same port.
/// </summary>
internal sealed class TerminalPeople : IHostPeople
{
    private readonly ConcurrentDictionary<string, (string RunId, OpenApproval Approval)> approvals = new();

    /// <summary>Told of every line.</summary>
    public Action<string> Say { get; set; } = _ => { };

    /// <summary>Told of every run that has ended.</summary>
    public Action<string> Ended { get; set; } = _ => { };

    /// <summary>Approvals that are open now, with their runs.</summary>
    public IReadOnlyCollection<(string RunId, OpenApproval Approval)> Approvals => [.. approvals.Values];

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        Say(Printable(message.Role.Length > 0 ? $"to {message.Role}: {message.Text}" : message.Text));
        if (run.State == RunState.Ended)
            Ended(run.RunId);
        return Task.FromResult("terminal");
    }

    /// <summary>What the action <c>notify</c> posts to a channel.</summary>
    public Task<string> PostAsync(string channel, string text, CancellationToken cancellationToken)
    {
        Say(Printable($"#{channel}: {text}"));
        return Task.FromResult("terminal");
    }

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        var key = $"{run.RunId}/{approval.Path}/{approval.Round}";
        if (open)
            approvals[key] = (run.RunId, approval);
        else
            approvals.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken)
    {
        if (open)
            Say(Printable($"to {ask.Role}: {ask.Text}"));
        return Task.CompletedTask;
    }

    /// <summary>Text from outside cannot move the cursor or change colours.</summary>
    public static string Printable(string text) => Core.Renderings.Printable.Line(text);
}
