using System.Collections.Concurrent;
using Azure.Storage.Queues;

namespace Playbooks.Integration.Tests.DeadLetters;

/// <summary>Works letters off as Azure Functions does: a bad one is copied to the dead-letter queue, then deleted. Its effects are keyed.</summary>
internal sealed class Consumer : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly Task work;

    public Consumer(LetterRig rig, Func<string, bool> succeeds) => work = Task.Run(() => WorkAsync(rig.Work, rig.Dead, succeeds));

    /// <summary>Effects by key.</summary>
    public ConcurrentDictionary<string, int> Effects { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await work;
        stop.Dispose();
    }

    private async Task WorkAsync(QueueClient from, QueueClient dead, Func<string, bool> succeeds)
    {
        try
        {
            while (true)
            {
                foreach (var message in (await from.ReceiveMessagesAsync(32, TimeSpan.FromMinutes(1), stop.Token)).Value)
                {
                    if (succeeds(message.MessageText))
                        Effects.TryAdd(LetterRig.KeyOf(message.MessageText), 1);
                    else
                        await dead.SendMessageAsync(message.MessageText, null, TimeSpan.FromSeconds(-1), stop.Token);
                    await from.DeleteMessageAsync(message.MessageId, message.PopReceipt, stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
