using Microsoft.Extensions.Hosting;
using Playbooks.DurableFunctions.Host;

namespace Playbooks.DurableFunctions.Functions;

/// <summary>Handles alerts as soon as they have arrived here; what this process leaves, the patrol handles.</summary>
internal sealed class AlertsInHand(AzureHost host) : BackgroundService
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await host.Dispatcher.RunAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The storage does not answer: the alerts lie there, and are tried again.
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                host.Say($"Alerts wait: {failure.Message}");
                await Task.Delay(AgainAfter, host.Time, stoppingToken);
            }
        }
    }
}
