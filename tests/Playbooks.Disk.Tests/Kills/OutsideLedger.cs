using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Sqlite;

namespace Playbooks.Disk.Tests.Kills;

/// <summary>
/// The world outside the process that is killed: a file of effects. It takes a key once, as a keyed target does; for a checked effect
/// the action looks first; what can be done only once is done each time that it is asked for.
/// </summary>
internal sealed class OutsideLedger(string folder, KillCase played, bool forgetsKeys) : IActions, IPeople, IAnchors
{
    private readonly object gate = new();
    private Func<string, RunEvent, Task>? signal;

    public static string FileIn(string folder) => Path.Combine(folder, "effects");

    /// <summary>Where people's answers go.</summary>
    public void AnswerTo(Engine engine, Action<string> acknowledged) => signal = async (run, answer) =>
    {
        if (await engine.SignalAsync(run, answer, CancellationToken.None).ConfigureAwait(false) && answer is RunEvent.VoteCast vote)
            acknowledged("vote " + vote.VoteId);
    };

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var (command, answer) = (call.Command, played.AnswerTo(call.Command));
        if (command.Action.Effect != Effect.ReadOnly && answer is Outcome.Succeeded)
            Take(command.Action.Repeatability, forgetsKeys ? $"{command.Key}-{Guid.NewGuid()}" : command.Key, command.Id.Path);
        return Task.FromResult(answer);
    }

    public Task<string> TellAsync(RunSummary run, Command.Tell message, CancellationToken cancellationToken) => Task.FromResult("ledger");

    public async Task ShowApprovalAsync(RunSummary run, OpenApproval approval, bool open, CancellationToken cancellationToken)
    {
        if (!open || signal is null)
            return;
        foreach (var vote in played.Scenario.Votes[approval.Path])
            await signal(run.RunId, new RunEvent.VoteCast($"{approval.Path}/{approval.Round}/{vote.Person}", approval.Path, approval.Round, approval.Digest, vote.Person,
                [vote.Role], vote.Approves, null, "ledger", default)).ConfigureAwait(false);
    }

    public Task ShowAskAsync(RunSummary run, Command.AskPerson ask, bool open, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) =>
        Task.FromResult($"anchors/{sequence}");

    private void Take(Repeatability repeatability, string key, string path)
    {
        lock (gate)
        {
            var line = $"{repeatability} {key} {path}";
            if (repeatability != Repeatability.Once && File.Exists(FileIn(folder)) && File.ReadAllLines(FileIn(folder)).Contains(line))
                return;
            CrashPoint.Hit("ledger:before");
            File.AppendAllText(FileIn(folder), line + "\n");
            CrashPoint.Hit("ledger:after");
        }
    }
}
