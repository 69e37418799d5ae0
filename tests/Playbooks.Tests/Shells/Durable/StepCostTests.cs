using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Shells.Contract;
using Playbooks.Tests.Shells.Replay;
using static Playbooks.Tests.Decisions.Steps;

namespace Playbooks.Tests.Shells.Durable;

/// <summary>What steps cost on a durable task host: docs/scale.md does its arithmetic with these figures, and reads them here.</summary>
public class StepCostTests(ITestOutputHelper output)
{
    private const int Steps = 20;
    /// <summary>A wake-up is kept with its beginning and its end.</summary>
    private const int RowsPerWakeUp = 2;

    public static TheoryData<string, string, int, double, double> Costs => new()
    {
        { "an action that reads", "get", 2, 9, 5 },
        { "an action that is keyed", "notify", 2, 9, 5 },
        { "a wait", "wait", 1, 8, 2 },
    };

    [Theory]
    [MemberData(nameof(Costs))]
    public async Task A_step_costs_what_the_page_on_scale_says(string what, string kind, int activities, double rows, double transactions)
    {
        var (few, many) = (await CostAsync(kind, 1), await CostAsync(kind, 1 + Steps));
        double Each(Func<Cost, int> of) => (of(many) - of(few)) / (double)Steps;

        var each = (Each(cost => cost.Activities), Each(cost => cost.Rows), Each(cost => cost.Transactions));
        output.WriteLine($"{what}: {each.Item1} activities, {each.Item2} rows of history, {each.Item3} transactions of the state account; a run of one such step {few.Activities}, {few.Rows} and {few.Transactions}");
        Assert.Equal((activities, rows, transactions), each);
        Assert.Contains($"| {what} | {activities} | {rows} | {transactions} |", Repository.Read("docs/scale.md"), StringComparison.Ordinal);
    }

    private static async Task<Cost> CostAsync(string kind, int steps)
    {
        await using var shell = new DurableShell(new ScriptedWorld(), Logic.Ours, new Rotation(int.MaxValue, int.MaxValue));
        var read = PlaybookReader.Read($$"""
            { "playbook": "priced", "version": "1.0.0", "title": "What it costs", "objectives": {}, "roles": { "commander": "commanders" },
              "steps": [ {{string.Join(", ", Enumerable.Range(0, steps).Select(step => Step(kind, $"s{step}")))}} ] }
            """, "priced.json");
        var request = new StartRequest("request-1", Assert.IsType<ReadResult<Playbook>.Valid>(read).Value, Environments.Of(RunMode.Live), RunMode.Live, JsonData.EmptyObject, null, "starter", null, null, null);
        var id = Assert.IsType<StartResult.Started>(await shell.Runs.StartAsync(request, TestContext.Current.CancellationToken)).RunId;
        await shell.AdvanceAsync(TimeSpan.FromHours(1));
        var instance = shell.Runner.Instance(id);
        Assert.True(instance.IsOver, "It has not ended.");
        var asked = instance.History.SelectMany(turn => turn.Asked).ToList();
        return new Cost(asked.OfType<Asked.Act>().Count(),
            instance.History.Sum(turn => RowsPerWakeUp + turn.Arrived.Count) + asked.Count(one => one is Asked.Act or Asked.Timer), shell.Stores.Transactions);
    }

    private static string Step(string kind, string id) => kind switch
    {
        "get" => Get(id),
        "notify" => Notify(id),
        _ => $$"""{ "id": "{{id}}", "wait": { "for": "PT10S" } }""",
    };

    private sealed record Cost(int Activities, int Rows, int Transactions);
}
