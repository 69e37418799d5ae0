using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.DurableFunctions.Activities;

namespace Playbooks.Tests.Simulation;

/// <summary>The stores as one worker reaches them: it may die or stand still at every call, and calls fail before and after they have done their work.</summary>
internal sealed class WorkerStores(Simulation world, Worker worker, SecondShell shell) : IJournals, IOutcomes, ITexts, IDeliveries, IKeys, IRunIndex
{
    private readonly IJournals journals = shell.Journals;
    private readonly IOutcomes outcomes = shell.Outcomes;
    private readonly ITexts texts = shell.Texts;
    private readonly IDeliveries deliveries = shell.Deliveries;
    private readonly IKeys keys = shell.Keys;
    private readonly IRunIndex index = shell.Index;

    public Task<bool> TryAppendAsync(string runId, long length, ReadOnlyMemory<byte> block, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<bool>();
        worker.In(world.Dice.Between(0.001, 0.004), () =>
        {
            try
            {
                if (world.Faults.Hit(Fault.CrashBeforeAppend))
                    throw new SimulatedProcess.Killed();
                if (world.IsFull())
                    throw new IOException("There is no room.");
                if (world.Faults.Hit(Fault.AppendFails))
                    throw new IOException("The store did not answer.");
                var appended = shell.Append(runId, length, block);
                if (world.Faults.Hit(Fault.CrashAfterAppend))
                    throw new SimulatedProcess.Killed();
                if (world.Faults.Hit(Fault.SyncFailsButStored))
                    throw new IOException("The connection broke after it was sent.");
                if (world.Faults.Hit(Fault.TwoOwners) && world.Freeze(worker))
                    worker.In(TimeSpan.Zero, () => done.SetResult(appended));
                else
                    done.SetResult(appended);
            }
            catch (IOException error)
            {
                done.SetException(error);
            }
        });
        return done.Task;
    }

    public Task<ReadOnlyMemory<byte>> ReadAsync(string runId, long offset, long bytesMax, CancellationToken cancellationToken) =>
        Call(() => journals.ReadAsync(runId, offset, bytesMax, cancellationToken).Result is var bytes && offset > 0 && world.Planted == Planted.LostAnswerIsAnothers ? Another(bytes) : bytes);

    public Task<string?> FindAsync(string runId, string commandId, CancellationToken cancellationToken) =>
        Call(() => outcomes.FindAsync(runId, commandId, cancellationToken).Result);

    public Task<string> ClaimAsync(string runId, string commandId, string owner, CancellationToken cancellationToken) =>
        Call(() => outcomes.ClaimAsync(runId, commandId, owner, cancellationToken).Result is var first && world.Planted == Planted.ClaimIgnored ? owner : first);

    public Task<string> KeepAsync(string runId, string commandId, string outcome, CancellationToken cancellationToken) =>
        Call(() => outcomes.KeepAsync(runId, commandId, outcome, cancellationToken).Result);

    Task<string?> ITexts.FindAsync(string digest, CancellationToken cancellationToken) => Call(() => texts.FindAsync(digest, cancellationToken).Result);

    async Task ITexts.KeepAsync(string digest, string text, CancellationToken cancellationToken) => await Call(() => Done(texts.KeepAsync(digest, text, cancellationToken))).ConfigureAwait(false);

    public Task<string> KeepVersionAsync(string name, string version, string digest, CancellationToken cancellationToken) =>
        Call(() => texts.KeepVersionAsync(name, version, digest, cancellationToken).Result);

    public Task<string> KeepStartAsync(string requestId, string answer, CancellationToken cancellationToken) =>
        Call(() => texts.KeepStartAsync(requestId, answer, cancellationToken).Result is var first && world.Planted == Planted.StartsForgotten ? answer : first);

    async Task IDeliveries.KeepAsync(string runId, string deliveryId, string text, CancellationToken cancellationToken) =>
        await Call(() => Done(deliveries.KeepAsync(runId, deliveryId, text, cancellationToken))).ConfigureAwait(false);

    public async Task RemoveAsync(string runId, string deliveryId, CancellationToken cancellationToken) => await Call(() =>
    {
        shell.Removes(runId, deliveryId);
        return Done(deliveries.RemoveAsync(runId, deliveryId, cancellationToken));
    }).ConfigureAwait(false);

    public Task TakenAsync(string runId, string deliveryId, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<IReadOnlyList<KeptDelivery>> OfAsync(string runId, CancellationToken cancellationToken) => Call(() => deliveries.OfAsync(runId, cancellationToken).Result);

    public Task<IReadOnlyList<KeptDelivery>> OlderAsync(DateTimeOffset than, int atMost, CancellationToken cancellationToken) =>
        Call(() => deliveries.OlderAsync(than, atMost, cancellationToken).Result);

    public Task<KeptKey> FindAsync(RunKey key, CancellationToken cancellationToken) => Call(() => keys.FindAsync(key, cancellationToken).Result);

    public Task<bool> TryChangeAsync(KeptKey before, Admission next, CancellationToken cancellationToken) => Call(() => keys.TryChangeAsync(before, next, cancellationToken).Result);

    public Task<IReadOnlyList<KeptKey>> BusyAsync(CancellationToken cancellationToken) => Call(() => keys.BusyAsync(cancellationToken).Result);

    public async Task PutAsync(RunSummary run, CancellationToken cancellationToken) => await Call(() => Done(index.PutAsync(run, cancellationToken))).ConfigureAwait(false);

    public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => Call(() => index.ListAsync(cancellationToken).Result);

    private static bool Done(Task task) => task.IsCompletedSuccessfully;

    /// <summary>Most calls are answered here and now, so that not every run takes thousands of steps; some take their time.</summary>
    private Task<T> Call<T>(Func<T> call)
    {
        if (worker is { Dead: false, Frozen: false } && !world.Dice.Chance(0.2))
            return Now(call);
        var done = new TaskCompletionSource<T>();
        worker.In(world.Dice.Between(0, 0.1), () => Now(call).ContinueWith(answer =>
        {
            if (answer.IsFaulted)
                done.SetException(answer.Exception.InnerExceptions);
            else
                done.SetResult(answer.Result);
        }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default));
        return done.Task;
    }

    /// <returns>Never done when the worker has died of it.</returns>
    private Task<T> Now<T>(Func<T> call)
    {
        if (Dies())
            return new TaskCompletionSource<T>().Task;
        if (world.Faults.Hit(Fault.StoreFails))
            return Task.FromException<T>(new IOException("The store did not answer."));
        var answer = call();
        if (Dies())
            return new TaskCompletionSource<T>().Task;
        return world.Faults.Hit(Fault.StoreFailsAfter) ? Task.FromException<T>(new IOException("The connection broke after it was sent.")) : Task.FromResult(answer);
    }

    private static ReadOnlyMemory<byte> Another(ReadOnlyMemory<byte> bytes) => bytes.ToArray().Reverse().ToArray();

    private bool Dies()
    {
        if (!world.Faults.Hit(Fault.DiesAtStore))
            return false;
        worker.Kill();
        return true;
    }
}
