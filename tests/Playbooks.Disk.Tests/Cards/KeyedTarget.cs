using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Disk.Tests.Cards;

/// <summary>What the approved step changes: it keeps what was done, by key, and does nothing twice.</summary>
internal sealed class KeyedTarget(string folder) : IActions, IAnchors
{
    public static string EffectsIn(string folder) => Path.Combine(folder, "effects");

    public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
    {
        if (!File.Exists(EffectsIn(folder)) || !File.ReadAllLines(EffectsIn(folder)).Contains(call.Command.Key))
            File.AppendAllText(EffectsIn(folder), call.Command.Key + "\n");
        return Task.FromResult<Outcome>(new Outcome.Succeeded(JsonData.EmptyObject));
    }

    public Task<string> AnchorAsync(string runId, DeploymentEnvironment environment, long sequence, string head, CancellationToken cancellationToken) => Task.FromResult($"anchors/{sequence}");
}
