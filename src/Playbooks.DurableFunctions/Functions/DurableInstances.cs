using Grpc.Core;
using Microsoft.DurableTask.Client;
using Playbooks.DurableFunctions.Runs;

namespace Playbooks.DurableFunctions.Functions;

/// <summary>The durable task client, which every invocation is given and which is the same for all of them.</summary>
internal sealed class DurableInstances : IInstances
{
    private readonly TaskCompletionSource<DurableTaskClient> given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Use(DurableTaskClient client) => given.TrySetResult(client);

    public async Task ScheduleAsync(string instanceId, string input, CancellationToken cancellationToken)
    {
        var client = await given.Task.WaitAsync(cancellationToken);
        if (await LivesAsync(instanceId, cancellationToken))
            return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(RunFunctions.Orchestrator, input, new Microsoft.DurableTask.StartOrchestrationOptions(instanceId), cancellationToken);
        }
        catch (RpcException) when (!cancellationToken.IsCancellationRequested)
        {
            // Somebody else was first; hosts say so in different words.
            if (!await LivesAsync(instanceId, cancellationToken))
                throw;
        }
    }

    public async Task<bool> RaiseAsync(string instanceId, string signal, CancellationToken cancellationToken)
    {
        var client = await given.Task.WaitAsync(cancellationToken);
        if (!await LivesAsync(instanceId, cancellationToken))
            return false;
        try
        {
            await client.RaiseEventAsync(instanceId, RunFunctions.Signal, signal, cancellationToken);
            return true;
        }
        catch (RpcException over) when (over.StatusCode is StatusCode.FailedPrecondition or StatusCode.NotFound)
        {
            return false;
        }
    }

    public async Task<bool> LivesAsync(string instanceId, CancellationToken cancellationToken) =>
        await (await given.Task.WaitAsync(cancellationToken)).GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellationToken) is { IsCompleted: false };

    public async Task<int> PurgeAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken)
    {
        var client = await given.Task.WaitAsync(cancellationToken);
        OrchestrationRuntimeStatus[] over = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        return (await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: madeBefore, Statuses: over), cancellationToken)).PurgedInstanceCount;
    }
}
