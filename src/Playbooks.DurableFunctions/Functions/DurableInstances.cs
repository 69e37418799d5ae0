using Grpc.Core;
using Microsoft.DurableTask.Client;
using Playbooks.DurableFunctions.Runs;

namespace Playbooks.DurableFunctions.Functions;

/// <summary>The durable task client, which every invocation is given and which is the same for all of them.</summary>
internal sealed class DurableInstances : IInstances
{
    /// <summary>What the client answers while the hub cannot be reached, or not in time.</summary>
    private static readonly StatusCode[] Silent = [StatusCode.Unavailable, StatusCode.DeadlineExceeded, StatusCode.ResourceExhausted, StatusCode.Aborted, StatusCode.Internal, StatusCode.Unknown];

    private readonly TaskCompletionSource<DurableTaskClient> given = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Use(DurableTaskClient client) => given.TrySetResult(client);

    public Task ScheduleAsync(string instanceId, string input, CancellationToken cancellationToken) => AskedAsync(async () =>
    {
        var client = await given.Task.WaitAsync(cancellationToken);
        if (await LivesAsync(instanceId, cancellationToken))
            return true;
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
        return true;
    });

    public Task<bool> RaiseAsync(string instanceId, string signal, CancellationToken cancellationToken) => AskedAsync(async () =>
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
    });

    public Task<bool> LivesAsync(string instanceId, CancellationToken cancellationToken) => AskedAsync(async () =>
        await (await given.Task.WaitAsync(cancellationToken)).GetInstanceAsync(instanceId, getInputsAndOutputs: false, cancellationToken) is { IsCompleted: false });

    public Task<int> PurgeAsync(DateTimeOffset madeBefore, CancellationToken cancellationToken) => AskedAsync(async () =>
    {
        var client = await given.Task.WaitAsync(cancellationToken);
        OrchestrationRuntimeStatus[] over = [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];
        return (await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(CreatedTo: madeBefore, Statuses: over), cancellationToken)).PurgedInstanceCount;
    });

    private static async Task<T> AskedAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RpcException silent) when (Silent.Contains(silent.StatusCode))
        {
            throw new IOException($"The task hub does not answer: {silent.Status.Detail}", silent);
        }
    }
}
