using Microsoft.Extensions.Logging;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Renderings;
using Playbooks.Hosting;

namespace Playbooks.DurableFunctions.Host;

/// <summary>Whoever reads the host's log. Nobody can answer there.</summary>
internal sealed partial class LogPeople(ILogger log) : IHostPeople
{
    private const string Via = "log";

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken)
    {
        Say(message.Role.Length > 0 ? $"{run.RunId}, to {message.Role}: {message.Text}" : $"{run.RunId}: {message.Text}");
        return Task.FromResult(Via);
    }

    public Task<string> PostAsync(string channel, string text, CancellationToken cancellationToken)
    {
        Say($"#{channel}: {text}");
        return Task.FromResult(Via);
    }

    public Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        if (open)
            Say($"{run.RunId} asks for approval of {approval.Path}.");
        return Task.CompletedTask;
    }

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken)
    {
        if (open)
            Say($"{run.RunId}, to {ask.Role}: {ask.Text}");
        return Task.CompletedTask;
    }

    public void Say(string line) => Said(log, Printable.Line(line));

    [LoggerMessage(1, LogLevel.Information, "{Line}")]
    private static partial void Said(ILogger log, string line);
}
