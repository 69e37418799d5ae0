using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Playbooks.DurableFunctions.Functions;
using Playbooks.DurableFunctions.Host;
using Playbooks.Hosting;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
var instances = new DurableInstances();
AzureHost host;
try
{
    // The host lives as long as the process, and so does what it logs to.
    host = AzureHost.Open(Environment.GetEnvironmentVariable, AppContext.BaseDirectory, instances, TimeProvider.System, LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true)));
    await host.Storage.PrepareAsync(CancellationToken.None);
}
catch (HostSettingException wrong)
{
    // The Functions host passes a line on as the reason why its worker ended when it calls itself an error.
    await Console.Error.WriteLineAsync($"error: {wrong.Message.ReplaceLineEndings(" ")}");
    return 1;
}
builder.Services.AddSingleton(instances).AddSingleton(host).AddSingleton<WebDoor>().AddSingleton<Patrol>().AddHostedService<AlertsInHand>();
WebDoor.AddServices(builder.Services, host);
await builder.Build().RunAsync();
return 0;
