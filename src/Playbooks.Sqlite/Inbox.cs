using System.Threading.Channels;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Sqlite;

/// <summary>What the engine's loop is told.</summary>
internal abstract record Message
{
    private Message() { }

    /// <param name="Reported">Name of the command that this is the answer to.</param>
    /// <param name="Known">Completed after the commit; false when there is no such run.</param>
    internal sealed record Happened(string RunId, RunEvent Event, string? Reported, TaskCompletionSource<bool>? Known) : Message;

    internal sealed record Start(StartRequest Request, RunInputs Inputs, TaskCompletionSource<StartResult> Result) : Message;

    /// <summary>A run that an earlier owner left.</summary>
    internal sealed record Adopt(HotRun Run, TaskCompletionSource<bool> Done) : Message;

    /// <summary>A run that an earlier owner left waiting, looked at beside the work.</summary>
    internal sealed record Look(HotRun Run, TaskCompletionSource<bool> Done) : Message;

    /// <summary>A run rests on disk; forget it unless something has happened since.</summary>
    internal sealed record Forget(string RunId, long Sequence) : Message;

    /// <summary>The cooldown of a key has come to its end.</summary>
    internal sealed record CooldownOver(RunKey Key) : Message;

    /// <summary>The monitor says that an alert is over that may be held back.</summary>
    internal sealed record AlertResolved(string AlertId, TaskCompletionSource<bool> Done) : Message;

    /// <summary>Completed when everything told before it is durable and its deeds are started.</summary>
    internal sealed record Barrier(TaskCompletionSource<bool> Passed) : Message;

    internal void Fail(Exception error) => _ = this switch
    {
        Happened happened => happened.Known?.TrySetException(error),
        Start start => start.Result.TrySetException(error),
        Adopt adopt => adopt.Done.TrySetException(error),
        Look look => look.Done.TrySetException(error),
        AlertResolved resolved => resolved.Done.TrySetException(error),
        Barrier barrier => barrier.Passed.TrySetException(error),
        _ => null,
    };
}

/// <summary>Where everything that happens waits for the loop. Messages of the engine itself are bounded by what it has outstanding.</summary>
internal sealed class Inbox
{
    private readonly Channel<Message> channel = Channel.CreateUnbounded<Message>(new() { SingleReader = true });
    private Exception? closedBecause;

    internal ChannelReader<Message> Reader => channel.Reader;

    internal void Post(Message message)
    {
        if (!channel.Writer.TryWrite(message))
            message.Fail(closedBecause ?? new JournalException("The engine has stopped.", "Start it again."));
    }

    internal void Close(Exception? because)
    {
        closedBecause ??= because;
        channel.Writer.TryComplete();
    }

    /// <summary>Fails what nobody will read any more.</summary>
    internal void FailRest(Exception error)
    {
        Close(error);
        while (channel.Reader.TryRead(out var message))
            message.Fail(error);
    }
}
