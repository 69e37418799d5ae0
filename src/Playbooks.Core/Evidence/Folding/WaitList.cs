using System.Collections.Immutable;

namespace Playbooks.Core.Evidence.Folding;

/// <summary>Who was waited for, from when to when.</summary>
internal sealed class WaitList
{
    private readonly List<HumanWait> over = [];
    private readonly List<HumanWait> open = [];

    public void Begin(string what, string? path, DateTimeOffset at)
    {
        End(what, path, at);
        open.Add(new(what, path, at, at));
    }

    public void End(string what, string? path, DateTimeOffset at)
    {
        if (open.FindIndex(wait => wait.What == what && wait.Path == path) is not (>= 0 and var index))
            return;
        over.Add(open[index] with { To = at });
        open.RemoveAt(index);
    }

    public void EndAll(DateTimeOffset at)
    {
        over.AddRange(open.Select(wait => wait with { To = at }));
        open.Clear();
    }

    /// <summary>All waits by their beginning; what is still open lasts until the instant.</summary>
    public ImmutableArray<HumanWait> Until(DateTimeOffset at) => [.. over.Concat(open.Select(wait => wait with { To = at })).OrderBy(wait => wait.From)];
}
