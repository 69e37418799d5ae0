using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Playbooks.DurableFunctions.Host;

namespace Playbooks.DurableFunctions.Functions;

/// <summary>Alerts, bot, API, sign-in and pages: every request. Who may do what is the handlers' to say, so that the host asks for no key of its own.</summary>
internal sealed class WebFunctions(WebDoor door, DurableInstances instances)
{
    [Function("web")]
    public Task Take([HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "delete", "patch", "options", Route = "{*path}")] HttpRequest request, [DurableClient] DurableTaskClient client)
    {
        instances.Use(client);
        return door.TakeAsync(request.HttpContext);
    }
}
