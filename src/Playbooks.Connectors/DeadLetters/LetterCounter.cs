using Azure;
using Azure.Identity;
using Azure.Storage.Queues.Models;
using Playbooks.Connectors.Storage;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.DeadLetters;

/// <summary>Asks dead-letter queues how many letters they hold.</summary>
public sealed class LetterCounter(StorageClients storage)
{
    /// <summary>Answers also for what cannot be reached; ends within the clients' own retries and time-outs, about a minute.</summary>
    public async Task<LetterCount> CountAsync(DeploymentEnvironment environment, QueueTarget target, CancellationToken cancellationToken)
    {
        try
        {
            QueueProperties dead = await storage.Queues(environment, target.Storage).GetQueueClient(target.DeadLetter).GetPropertiesAsync(cancellationToken);
            return new LetterCount.About(dead.ApproximateMessagesCount);
        }
        catch (RequestFailedException absent) when (absent.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            // Azure Functions makes it with the first letter: there are none.
            return new LetterCount.About(0);
        }
        catch (ActionFailedException refused)
        {
            return new LetterCount.Unknown(refused.Message);
        }
        catch (AuthenticationFailedException)
        {
            // Its message says where tokens were looked for, at length.
            return new LetterCount.Unknown("The identity cannot get a token.");
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is not null)
        {
            return new LetterCount.Unknown(FailureKinds.Of(failure)!.Message);
        }
    }
}

/// <summary>How many letters a dead-letter queue holds.</summary>
public abstract record LetterCount
{
    private LetterCount() { }

    /// <param name="Letters">Approximate, as the queue says it: never fewer than there are; what somebody has just received is counted, too.</param>
    public sealed record About(long Letters) : LetterCount;

    /// <param name="Reason">One sentence, without secrets.</param>
    public sealed record Unknown(string Reason) : LetterCount;
}
