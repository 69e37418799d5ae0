using System.Collections.Immutable;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>The kinds of step, and which fields stand beside each.</summary>
/// <param name="Name">The field that makes a step of this kind.</param>
/// <param name="Description">One line, for authors.</param>
/// <param name="Beside">Fields that it takes on the step beside its own name.</param>
internal sealed record StepKind(string Name, string Description, ImmutableArray<string> Beside)
{
    private static readonly ImmutableArray<string> Named = ["id", "title", "when"];
    private static readonly ImmutableArray<string> Shared = [.. Named, "budget", "drill", "onFailure", "askWithin"];
    private static readonly ImmutableArray<string> Block = [.. Shared, "timeout"];

    public static ImmutableArray<StepKind> All { get; } =
    [
        new("do", "Runs an action of the catalogue.", [.. Shared, "timeout", "with", "retry", "undo", "recovers"]),
        new("approve", "People decide.", Shared),
        new("task", "A person does something by hand and confirms it with a note.", Shared),
        new("wait", "Waits for a time, until an instant, or for an event.", Shared),
        new("parallel", "Runs named branches at once.", Block),
        new("forEach", "Runs its steps once for each item.", Block),
        new("repeat", "Runs its steps until a condition is true, at most maxTimes.", Block),
        new("switch", "Runs the first arm whose condition is true, else default.", [.. Block, "default"]),
        new("try", "Runs its steps; when one fails, the first catch arm that takes the error.", Block),
        new("playbook", "Puts another playbook in place, pinned by version and SHA-256.", Block),
        new("fail", "Ends the run as failed, with the reason.", Named),
        new("end", "Ends the run as stoodDown or completed.", Named),
    ];

    public static ImmutableArray<string> Names { get; } = [.. All.Select(kind => kind.Name)];

    /// <summary>Every field that stands on some kind of step.</summary>
    public static ImmutableArray<string> AllFields { get; } = [.. Names.Concat(All.SelectMany(kind => kind.Beside)).Distinct()];
}
