using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Serving;

/// <summary>The targets that a call names.</summary>
internal static class ModelCall
{
    public static string ModelName(this ActionCall call) => call.Inputs["model"]!.AsString()!;

    public static ModelTarget Model(this ActionCall call) => call.Environment.Models.GetValueOrDefault(call.ModelName())
        ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no model named {call.ModelName()}.");

    public static GatewayTarget Gateway(this ActionCall call) => call.Environment.Gateways.GetValueOrDefault(call.Model().Gateway)
        ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} has no gateway named {call.Model().Gateway}.");

    public static Uri Service(this ActionCall call) => call.Model().Service
        ?? throw new ActionFailedException(ErrorKind.Invalid, $"The environment {call.Environment.Name} gives no service for {call.ModelName()}.");

    /// <summary>A path below a base URL, whether or not that ends with a slash.</summary>
    public static Uri Below(this Uri root, string path) => new(root.AbsoluteUri.TrimEnd('/') + "/" + path.TrimStart('/'));

    /// <summary>How the gateway serves the model, in words that change only with its state.</summary>
    public static string Described(this GatewayState? state) => state is null ? "it was never steered, and serves as its gateway was set up"
        : $"generation {state.Generation}: {state.Mode}{(state.Mode == GatewayState.ModelRung ? $" at {state.Percent} %" : "")}, by {state.ChangedBy}";
}
