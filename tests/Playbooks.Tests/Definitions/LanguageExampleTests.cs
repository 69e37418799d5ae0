using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class LanguageExampleTests
{
    [Fact]
    public void The_example_of_the_language_is_valid()
    {
        var playbook = Read.Valid(LanguageExample.TextOrSkip());

        Assert.Equal("model-corruption", playbook.Name);
        Assert.Equal(["isolate", "preserve", "announce", "choose", "go", "restore", "reErase", "golden", "ramp", "shift", "watch", "recovered", "replay"],
            playbook.AllSteps().Select(step => step.Id));
        Assert.Equal(TimeSpan.FromHours(4), playbook.Objectives.Rto);
    }

    [Fact]
    public void Defaults_apply_where_a_step_says_nothing()
    {
        var steps = Read.Valid(LanguageExample.TextOrSkip()).AllSteps().OfType<Step.Do>().ToDictionary(step => step.Id);

        Assert.Equal(TimeSpan.FromMinutes(1), steps["isolate"].Timeout);
        Assert.Equal(TimeSpan.FromMinutes(2), steps["preserve"].Timeout);
        Assert.Equal(3, steps["preserve"].Retry.Attempts);
        Assert.Equal([ErrorKind.Transient, ErrorKind.Timeout, ErrorKind.Throttled], steps["preserve"].Retry.On);
    }
}
