using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Decisions;

/// <summary>Strings hash differently in every process; what is decided must not.</summary>
public class OrderOfFactsTests
{
    [Fact]
    public void What_a_stop_leaves_undone_is_stated_in_the_order_of_the_paths()
    {
        var names = Enumerable.Range(0, 12).Select(number => $"b{number:00}").ToList();
        var branches = string.Join(", ", names.Select(name => $$"""
            "{{name}}": [ { "id": "w{{name}}", "wait": { "for": "PT1H" } } ]
            """));
        var story = Story.Of(Steps.List($$"""{ "id": "all", "parallel": { "branches": { {{branches}} } } }"""), rto: "");

        story.Orders(new Order.Cancel());

        Assert.Equal(names.Select(name => $"all.{name}/w{name}"), story.Events.OfType<RunEvent.StepSkipped>().Select(skipped => skipped.Path).Where(path => path != "all"));
    }
}
