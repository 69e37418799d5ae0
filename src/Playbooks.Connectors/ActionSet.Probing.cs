using Playbooks.Core;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors;

/// <summary>Looking at what actions would act on, with the world's failures named as for acting.</summary>
public sealed partial class ActionSet
{
    private static readonly TimeSpan ProbeWithin = TimeSpan.FromSeconds(20);

    /// <summary>Reads only. An input that names a target and is not known yet leaves nothing to look at.</summary>
    public async Task<ProbeAnswer> ProbeAsync(ActionCall call, CancellationToken cancellationToken)
    {
        var action = call.Command.Action;
        if (action.Inputs.FirstOrDefault(input => input.Required && (input.Refers != Refers.Nothing || input.Name == "url") && call.Inputs[input.Name] is null) is { } unknown)
            return new(true, $"{unknown.Name} is known only in the run", "");
        if (action.DrillOnly && call.Environment.Kind != EnvironmentKind.Drill)
            return new(false, $"{call.Environment.Name} is no drill environment", "");
        if (!byName.TryGetValue(action.Name, out var known) || known is not IProbe probe)
            return new(false, $"No connector here can look for {action.Name}", "");
        using var inTime = new CancellationTokenSource(ProbeWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(inTime.Token, cancellationToken);
        try
        {
            var seen = await probe.ProbeAsync(call, either.Token);
            return new(true, seen.Now, seen.After);
        }
        catch (ActionFailedException failure)
        {
            return new(false, failure.Message, "");
        }
        catch (Exception) when (inTime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new(false, $"No answer within {ProbeWithin.TotalSeconds} s", "");
        }
        catch (TimeoutException slow)
        {
            return new(false, slow.Message, "");
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested && FailureKinds.Of(failure) is { } named)
        {
            return new(false, FailureKinds.OfRead(named).Message, "");
        }
    }
}
