using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.People;

/// <summary><c>notify</c>: hands a text to a channel of the environment. The host knows how the channel is reached.</summary>
/// <param name="tell">Channel and text to how it was delivered.</param>
public sealed class Notify(Func<string, string, CancellationToken, Task<string>> tell) : IAction, IProbe
{
    public string Name => "notify";

    public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var channel = call.Inputs["channel"]!.AsString()!;
        if (!call.Environment.Channels.ContainsKey(channel))
            return new Outcome.Failed(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no channel named {channel}.");
        var via = await tell(channel, call.Inputs["text"]!.AsString()!, cancellationToken);
        return new Outcome.Succeeded(JsonData.Object(("via", JsonData.Of(via))));
    }

    public Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var name = call.Inputs["channel"]!.AsString()!;
        return call.Environment.Channels.TryGetValue(name, out var channel) ? Task.FromResult(new Probed($"the channel is there ({WireName.Of(channel.Kind)})", "it is told"))
            : throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no channel named {name}.");
    }
}
