using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Generation;

namespace Playbooks.Tests.Simulation;

/// <summary>A run that is going to be asked for.</summary>
/// <param name="IsRandom">Of the generator. How such a run ends may depend on which of its branches was first.</param>
internal sealed record PlannedStart(Playbook Playbook, RunMode Mode, JsonData Inputs, JsonData? Alert, bool IsRandom)
{
    private const string RandomName = "random-";
    private const ulong SeedsPerBlock = 1_000;
    private const int RandomPerBlock = 50;
    private const int BlocksKeptMax = 8;

    private static readonly ConcurrentDictionary<ulong, Lazy<ImmutableArray<RandomPlaybook>>> Blocks = new();

    internal DeploymentEnvironment Environment => Mode == RunMode.Drill ? SimulatedPlaybooks.DrillEnvironment : SimulatedPlaybooks.Environment;

    internal static PlannedStart Of(Playbook playbook, string model, JsonData? alert) =>
        new(playbook, RunMode.Live, JsonData.Object(("model", JsonData.Of(model))), alert, IsRandom: false);

    /// <summary>One of the random playbooks that a thousand seeds share: reading a new one for every run would take most of the time.</summary>
    internal static PlannedStart Random(ulong seed, Dice dice, string model)
    {
        var block = seed / SeedsPerBlock;
        if (Blocks.Count > BlocksKeptMax)
            Blocks.Clear();
        var made = dice.Of(Blocks.GetOrAdd(block, _ => new(() => [.. Enumerable.Range(0, RandomPerBlock).Select(number => Make((block * RandomPerBlock) + (ulong)number))])).Value);
        return new(made.Playbook, made.Mode, JsonData.Object(("model", JsonData.Of(model)), ("flag", made.Inputs["flag"]!), ("count", made.Inputs["count"]!)), null, IsRandom: true);
    }

    internal static bool IsRandomName(string playbook) => playbook.StartsWith(RandomName, StringComparison.Ordinal);

    private static RandomPlaybook Make(ulong seed) => RandomPlaybook.Make(seed, RandomName + seed.ToString(CultureInfo.InvariantCulture), "${ inputs.model }");
}
