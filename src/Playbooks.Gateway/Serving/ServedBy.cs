using System.Globalization;
using System.Text.Json;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Serving;

/// <summary>Says in every answer which rung gave it, so that a caller, a log or a check can tell the model's from a fallback's.</summary>
public static class ServedBy
{
    public const string RungHeader = "X-Playbooks-Rung";
    public const string GenerationHeader = "X-Playbooks-Generation";

    public static void Mark(HttpResponse response, Rung rung, ModelGate gate)
    {
        response.Headers[RungHeader] = JsonNamingPolicy.CamelCase.ConvertName(rung.ToString());
        response.Headers[GenerationHeader] = (gate.State?.Current.Generation ?? 0).ToString(CultureInfo.InvariantCulture);
    }
}
