using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Generation;

public class RandomPlaybookTests
{
    private const int Made = 500;

    [Fact]
    public void Every_one_is_a_playbook_that_an_author_could_have_written_and_all_kinds_of_steps_occur()
    {
        var kinds = Enumerable.Range(1, Made).SelectMany(seed => RandomPlaybook.Make((ulong)seed).Playbook.AllSteps()).Select(step => step.GetType()).ToHashSet();

        Assert.Equal(typeof(Step).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(Step))).Select(type => type.Name).Order(StringComparer.Ordinal),
            kinds.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_same_seed_gives_the_same_playbook() => Assert.Equal(RandomPlaybook.Make(7).Text, RandomPlaybook.Make(7).Text);
}
