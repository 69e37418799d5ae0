using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Storage;

/// <summary>
/// Which writes one call of an action has sent to storage. "Transient" may be reported only by who knows that nothing happened;
/// this is how <see cref="ActionSet"/> knows. Flows with the call through async code.
/// </summary>
public sealed class WritesOfCall
{
    private static readonly AsyncLocal<WritesOfCall?> Current = new();
    private static readonly AsyncLocal<bool> IsPreparing = new();
    private int acknowledged;
    private int unanswered;

    internal static WritesOfCall Begin() => Current.Value = new WritesOfCall();

    /// <summary>
    /// Writes made until disposal are no effect: blobs that nobody looks at until the effect itself points to them. A failure among them
    /// leaves nothing happened.
    /// </summary>
    public static IDisposable Preparing()
    {
        IsPreparing.Value = true;
        return new EndOfPreparing();
    }

    /// <summary>What may be said of a failure, given what was sent before it.</summary>
    internal Outcome.Failed Judge(Exception failure, Outcome.Failed known)
    {
        if (unanswered > 0)
            return known with { Kind = ErrorKind.OutcomeUnknown };
        // Every storage write was answered, so what failed was a read. Other clients are not seen here: theirs stays unknown.
        if (failure is RequestFailedException or AggregateException)
            known = FailureKinds.OfRead(known);
        return acknowledged > 0 && known.Kind is ErrorKind.Transient or ErrorKind.Throttled
            ? known with { Kind = ErrorKind.OutcomeUnknown, Message = known.Message + $" {acknowledged} writes had been made before." }
            : known;
    }

    private sealed class EndOfPreparing : IDisposable
    {
        public void Dispose() => IsPreparing.Value = false;
    }

    /// <summary>Sees every try of every storage request.</summary>
    internal sealed class Policy : HttpPipelinePolicy
    {
        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (Start(message) is not { } writes)
            {
                ProcessNext(message, pipeline);
                return;
            }
            try
            {
                ProcessNext(message, pipeline);
            }
            catch (Exception failure) when (writes.Sent(message, failure))
            {
                throw;
            }
            writes.Answered(message);
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (Start(message) is not { } writes)
            {
                await ProcessNextAsync(message, pipeline);
                return;
            }
            try
            {
                await ProcessNextAsync(message, pipeline);
            }
            catch (Exception failure) when (writes.Sent(message, failure))
            {
                throw;
            }
            writes.Answered(message);
        }

        private static WritesOfCall? Start(HttpMessage message) =>
            IsPreparing.Value || message.Request.Method == RequestMethod.Get || message.Request.Method == RequestMethod.Head ? null : Current.Value;
    }

    private const string Doubt = "playbooks.unanswered";

    /// <summary>A filter that only looks: always false, so the exception passes untouched.</summary>
    private bool Sent(HttpMessage message, Exception failure)
    {
        if (!FailureKinds.NothingWasSent(failure))
            Doubtful(message);
        return false;
    }

    private void Answered(HttpMessage message)
    {
        if (message.Response.Status >= 500 && message.Response.Status != 503)
            Doubtful(message);
        else if (message.Response.Status < 400)
        {
            // The SDK's own retry of an unanswered request went through: the doubt is gone.
            if (message.TryGetProperty(Doubt, out _))
                Interlocked.Decrement(ref unanswered);
            Interlocked.Increment(ref acknowledged);
        }
    }

    private void Doubtful(HttpMessage message)
    {
        if (message.TryGetProperty(Doubt, out _))
            return;
        message.SetProperty(Doubt, true);
        Interlocked.Increment(ref unanswered);
    }
}
