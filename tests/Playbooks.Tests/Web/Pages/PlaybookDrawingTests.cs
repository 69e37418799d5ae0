using Playbooks.Core.Definitions;
using Playbooks.Web.Pages.Library;

namespace Playbooks.Tests.Web.Pages;

public class PlaybookDrawingTests
{
    public static TheoryData<string> Shipped =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "playbooks"), "playbook.json", SearchOption.AllDirectories).Select(file => Path.GetFileName(Path.GetDirectoryName(file))!)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void No_box_lies_over_another_or_outside(string name)
    {
        var drawing = PlaybookDrawing.Of(Read(name));
        Assert.All(drawing.Boxes, box => Assert.True(box.X >= 0 && box.Y >= 0 && box.X + box.Width <= drawing.Width && box.Y + box.Height <= drawing.Height, box.Meaning));
        var overlapping = from one in drawing.Boxes
                          from other in drawing.Boxes
                          where one != other && one.X < other.X + other.Width && other.X < one.X + one.Width && one.Y < other.Y + other.Height && other.Y < one.Y + one.Height
                          select $"{one.Meaning} | {other.Meaning}";
        Assert.Empty(overlapping);
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Every_step_that_is_no_block_has_its_box(string name)
    {
        var playbook = Read(name);
        var meanings = PlaybookDrawing.Of(playbook).Boxes.Select(box => box.Meaning).ToList();
        Assert.All(playbook.AllSteps().Where(step => !step.Bodies().Any(body => !body.Steps.IsEmpty)), step => Assert.Contains(meanings, meaning => meaning.StartsWith($"{step.Id}: ", StringComparison.Ordinal)));
    }

    private static Playbook Read(string name) => PlaybookReader.Read(Repository.Read($"playbooks/{name}/playbook.json"), "playbook.json") switch
    {
        ReadResult<Playbook>.Valid valid => valid.Value,
        ReadResult<Playbook>.Invalid invalid => throw new InvalidOperationException(string.Join("\n", invalid.Errors)),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
