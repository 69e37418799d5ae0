using Playbooks.Core.Decisions;
using Playbooks.Core.Scenarios;
using Playbooks.DurableFunctions.Orchestration;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Scenarios;

namespace Playbooks.Tests.Shells.Durable;

/// <summary>What one generation hands to the next. A host keeps up to 60 KB in its tables; what is larger goes to blobs and is slow. docs/scale.md says the figure.</summary>
public class StateSizeTests(ITestOutputHelper output)
{
    private const int AllowedBytes = 15 * 1024;

    public static TheoryData<string> Files => ShippedPlaybooksTests.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void The_state_of_a_shipped_playbook_stays_below_a_quarter_of_what_a_host_keeps_in_its_tables(string file)
    {
        var (playbook, scenario) = ShippedPlaybooksTests.Load(file);
        var run = Run.Empty;
        var (largest, of) = (0, "");
        var events = Rehearsal.Play(scenario, playbook, Environments.Of(scenario.Mode)).Events;
        foreach (var happened in events)
        {
            run = Decider.Evolve(run, happened);
            var size = new Handover { Epoch = 1, Run = run, Position = JournalPosition.Beginning("run-1") }.Pack().Length;
            if (size > largest)
                (largest, of) = (size, EventNames.Of(happened));
        }
        output.WriteLine($"{file}: {events.Length} events, at most {largest} bytes, after {of}");
        Assert.InRange(largest, 1, AllowedBytes);
    }
}
