using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Playbooks.DurableFunctions.Host;

namespace Playbooks.DurableFunctions.Functions;

/// <summary>Once a minute, on one instance of the host.</summary>
internal sealed class PatrolFunctions(Patrol patrol, DurableInstances instances)
{
    [Function("patrol")]
    public Task Go([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        instances.Use(client);
        return patrol.GoAsync(cancellationToken);
    }
}
