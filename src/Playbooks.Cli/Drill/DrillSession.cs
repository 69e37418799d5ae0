using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Cli.Host;
using Playbooks.Cli.Live;
using Playbooks.Cli.LocalStack;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Core;
using Playbooks.Hosting;
using Playbooks.Web.Access;

namespace Playbooks.Cli.Drill;

/// <summary>One drill: its folder, its stack, its host and its run.</summary>
internal sealed class DrillSession : IAsyncDisposable
{
    private readonly string folder;
    private readonly DrillStack stack;

    private DrillSession(string folder, DrillStack stack, EmbeddedHost host, string runId) =>
        (this.folder, this.stack, Host, RunId) = (folder, stack, host, runId);

    public EmbeddedHost Host { get; }
    public string RunId { get; }
    public DeploymentEnvironment Environment => stack.Environment;

    public static async Task<DrillSession> StartAsync(Workspace workspace, PlaybookLibrary library, string name, string evidenceFolder, JsonData inputs, TimeProvider time,
        Action<string> say, CancellationToken cancellationToken)
    {
        var playbook = library.Load(name);
        if (playbook.Drill is null)
            throw new CliException(ExitCodes.WrongInput, $"{name} has no drill block: nothing would be injected.");
        var folder = Path.Combine(workspace.Drills, string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd-HHmmss}-{System.Environment.ProcessId}"));
        var stack = await DrillStack.StartAsync(folder, library, name, inputs.Text, evidenceFolder, time, say, cancellationToken);
        EmbeddedHost? host = null;
        try
        {
            await stack.SeedAsync(say, cancellationToken);
            host = await EmbeddedHost.OpenAsync(new Workspace(folder), library, stack.Environment, time, 0);
            return new DrillSession(folder, stack, host, await StartedAsync(host, playbook, stack, cancellationToken));
        }
        catch
        {
            if (host is not null)
                await host.DisposeAsync();
            await stack.DisposeAsync();
            StackFile.Remove(folder);
            throw;
        }
    }

    /// <summary>Goes on with the newest drill whose process died.</summary>
    public static async Task<DrillSession> ResumeAsync(Workspace workspace, TimeProvider time, Action<string> say, CancellationToken cancellationToken)
    {
        var folder = (Directory.Exists(workspace.Drills) ? Directory.GetDirectories(workspace.Drills) : [])
            .OrderDescending(StringComparer.Ordinal).FirstOrDefault(candidate => StackFile.Read(candidate) is not null)
            ?? throw new CliException(ExitCodes.NotAvailable, $"No drill in {workspace.Drills} was left unfinished.");
        say($"going on with {folder}");
        var stack = await DrillStack.ResumeAsync(folder, time, say, cancellationToken);
        EmbeddedHost? host = null;
        try
        {
            var library = new PlaybookLibrary(stack.File.PlaybooksFolder);
            if (stack.File.RunId is null)
                await stack.SeedAsync(say, cancellationToken);
            host = await EmbeddedHost.OpenAsync(new Workspace(folder), library, stack.Environment, time, 0);
            var runId = stack.File.RunId ?? await StartedAsync(host, library.Load(stack.File.Playbook), stack, cancellationToken);
            return new DrillSession(folder, stack, host, runId);
        }
        catch
        {
            if (host is not null)
                await host.DisposeAsync();
            await stack.DisposeAsync();
            throw;
        }
    }

    public Task ApproveAsync(OpenApproval approval, CancellationToken cancellationToken)
    {
        var person = Environment.Drill?.ScriptedApprover
            ?? throw new CliException(ExitCodes.WrongInput, $"The environment {Environment.Name} names no scriptedApprover, so --approve cannot vote.");
        return VoteAsync(approval, person, LocalDirectory.GroupsOf(Environment, person), true, Votes.ViaScript, cancellationToken);
    }

    public async Task VoteAsync(OpenApproval approval, string person, ImmutableArray<string> roles, bool approves, string via, CancellationToken cancellationToken) =>
        await Host.Engine.SignalAsync(RunId, new RunEvent.VoteCast($"{via}-{approval.Path}-{approval.Round}-{person}", approval.Path, approval.Round, approval.Digest, person, roles,
            approves, null, via, default), cancellationToken);

    /// <summary>Writes the evidence, says where it lies, and returns the exit code.</summary>
    public async Task<int> FinishAsync(Run run, bool keep, TextWriter output, CancellationToken cancellationToken)
    {
        var evidence = await EvidenceWriter.WriteAsync(await Host.Engine.ReadAsync(RunId, 1, cancellationToken), stack.Environment, stack.File.EvidenceFolder, cancellationToken);
        var key = Path.Combine(stack.File.EvidenceFolder, RunId + ".pub.pem");
        File.Copy(DrillKeys.EvidencePublicKey(folder), key, overwrite: true);
        var end = (run.Phase as RunPhase.Ended)?.With;
        var good = end is { Outcome: RunOutcome.Recovered, Verdict: RtoVerdict.Met or RtoVerdict.NoObjective or RtoVerdict.NotProven };
        output.WriteLine();
        if (!run.UnconfirmedModels.IsEmpty)
            output.WriteLine($"isolation NOT confirmed: {string.Join(", ", run.UnconfirmedModels)}");
        output.WriteLine(end is null ? $"The run is parked: {run.ParkedBecause}" : $"{WireName.Of(end.Outcome)}, RTO {WireName.Of(end.Verdict)}"
            + (run.Clocks is { Recovered: { } recovered, Detected: { } detected } ? $": detected to recovered {Times.Span(recovered - detected)} of {Times.Span(run.Deadline - detected ?? TimeSpan.Zero)}" : ""));
        output.WriteLine($"evidence: {Path.Combine(evidence, "report.html")}");
        output.WriteLine($"verify:   playbooks evidence verify {evidence} --key {key}");
        await Host.DisposeAsync();
        await stack.DisposeAsync();
        StackFile.Remove(folder);
        if (good && !keep)
            KeepJournalOnly();
        output.WriteLine(good && !keep ? $"journal:  playbooks replay {RunId}" : $"logs and journal: {folder}");
        return good ? ExitCodes.Ok : ExitCodes.NotGood;
    }

    /// <summary>Storage, keys, configurations and logs of a drill that went well are of no use to anybody; its journal is.</summary>
    private void KeepJournalOnly()
    {
        foreach (var directory in Directory.GetDirectories(folder))
            Directory.Delete(directory, recursive: true);
        foreach (var file in Directory.GetFiles(folder).Where(file => !Path.GetFileName(file).StartsWith("playbooks.db", StringComparison.Ordinal)))
            File.Delete(file);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await stack.DisposeAsync();
    }

    private static async Task<string> StartedAsync(EmbeddedHost host, Playbook playbook, DrillStack stack, CancellationToken cancellationToken)
    {
        var started = await host.StartAsync(new StartRequest("drill", playbook, stack.Environment, RunMode.Drill, JsonData.Parse(stack.File.Inputs), null,
            LocalPerson.Id, null, null, null), cancellationToken);
        var runId = started is StartResult.Started { RunId: var id } ? id : throw new CliException(ExitCodes.WrongInput, string.Join(System.Environment.NewLine, started is StartResult.Rejected rejected ? rejected.Reasons : ["The drill did not start at once."]));
        stack.Remember(runId);
        return runId;
    }
}
