using Playbooks.Core.Decisions;
using Playbooks.Tests.Shells.Agreement;

namespace Playbooks.Tests.Decisions;

/// <summary>A run that was written and read again is the same run: it wants the same and goes on the same.</summary>
public class RunJsonTests
{
    [Fact]
    public void Wherever_a_run_stands_it_is_read_again_as_it_was_written()
    {
        for (ulong seed = 1; seed <= 40; seed++)
        {
            var events = AgreementTests.Embedded(seed).Select(stored => stored.Event).ToList();
            for (var length = 0; length <= events.Count; length += 7)
            {
                var run = Decider.Fold(events.Take(length));

                var read = RunJson.Read(RunJson.Write(run));

                Assert.Equal(Names(run), Names(read));
                var (one, other) = (events.Skip(length).Aggregate(run, Decider.Evolve), events.Skip(length).Aggregate(read, Decider.Evolve));
                Assert.Equal(one.Summary(), other.Summary());
                Assert.Equal(Names(one), Names(other));
                Assert.Equal(one.Steps.Effects.Count(), other.Steps.Effects.Count());
            }
        }
    }

    private static IEnumerable<string> Names(Run run) => Decider.Decide(run).Select(command => command is Command.StartTimer timer ? $"{timer.Name} {timer.DueAt:O}" : command.Name)
        .Order(StringComparer.Ordinal);
}
