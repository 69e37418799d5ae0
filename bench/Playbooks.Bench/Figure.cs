using System.Text.Encodings.Web;
using System.Text.Json;

namespace Playbooks.Bench;

/// <summary>
/// One measured figure beside its limit, which was measured in the same run on the same machine: only the ratio says
/// something about us.
/// </summary>
/// <param name="Limit">The same for the bare thing, in the same unit, or null.</param>
/// <param name="Ratio">Value to limit, or null.</param>
/// <param name="Goal">What was promised, in words.</param>
/// <param name="Met">Null where nothing was promised.</param>
public sealed record Figure(string Name, double Value, string Unit, double? Limit, double? Ratio, string? Goal, bool? Met)
{
    public string ToJson() => JsonSerializer.Serialize(
        this with { Value = Math.Round(Value, 3), Limit = Round(Limit), Ratio = Round(Ratio) }, Options);

    public override string ToString() => FormattableString.Invariant(
        $"{Name}: {Value:0.###} {Unit}{(Limit is { } l ? FormattableString.Invariant($", limit {l:0.###}") : "")}{(Ratio is { } r ? FormattableString.Invariant($", ratio {r:0.###}") : "")}{(Goal is null ? "" : $"; goal {Goal}: {(Met is true ? "met" : "missed")}")}");

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static double? Round(double? value) => value is { } number ? Math.Round(number, 3) : null;
}
