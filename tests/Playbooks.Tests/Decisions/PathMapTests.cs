using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Decisions;

public class PathMapTests
{
    /// <summary>As strings have it; all paths of one hash; few hashes; hashes that differ in their highest bits only.</summary>
    public static TheoryData<string, Func<string, int>> Hashes => new()
    {
        { "ordinary", path => path.GetHashCode(StringComparison.Ordinal) },
        { "all the same", _ => -1 },
        { "seven", path => path[^1] % 7 },
        { "only the highest bits differ", path => path[^1] << 29 },
    };

    [Theory]
    [MemberData(nameof(Hashes), DisableDiscoveryEnumeration = true)]
    public void It_holds_what_a_dictionary_would_hold(string name, Func<string, int> hash)
    {
        var dice = new Random(20261130);
        var (map, expected) = (PathMap<int>.EmptyBy(hash), new Dictionary<string, int>());
        for (var turn = 0; turn < 3000; turn++)
        {
            var path = "step-" + dice.Next(150);
            var before = map;
            var was = expected.TryGetValue(path, out var known) ? known : (int?)null;
            if (dice.Next(4) == 0)
            {
                map = map.Remove(path);
                expected.Remove(path);
            }
            else
            {
                map = map.Set(path, turn);
                expected[path] = turn;
            }
            Assert.Equal(was, before.TryGetValue(path, out var still) ? still : null);
            Assert.Equal(expected.TryGetValue(path, out var now) ? now : (int?)null, map.TryGetValue(path, out var found) ? found : null);
            if (turn % 100 == 0)
                Assert.Equal(expected.OrderBy(entry => entry.Key, StringComparer.Ordinal), map.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        }
        Assert.True(expected.Count > 50, name);
    }
}
