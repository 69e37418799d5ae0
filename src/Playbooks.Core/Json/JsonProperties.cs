using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Playbooks.Core.Json;

/// <summary>The properties of one object: in the order written, found by name without looking at each when there are many.</summary>
internal sealed class JsonProperties
{
    /// <summary>Up to here looking at each is as fast as an index and takes no memory.</summary>
    private const int UnindexedMaxProperties = 8;

    public static readonly JsonProperties Empty = new([]);

    private readonly FrozenDictionary<string, JsonData>? index;

    private JsonProperties(ImmutableArray<KeyValuePair<string, JsonData>> inOrder)
    {
        InOrder = inOrder;
        if (inOrder.Length > UnindexedMaxProperties)
            index = inOrder.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public ImmutableArray<KeyValuePair<string, JsonData>> InOrder { get; }

    public static JsonProperties LastWins(IEnumerable<KeyValuePair<string, JsonData>> properties)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        var inOrder = ImmutableArray.CreateBuilder<KeyValuePair<string, JsonData>>();
        foreach (var (writtenName, value) in properties)
        {
            var name = JsonText.WellFormed(writtenName);
            if (positions.TryAdd(name, inOrder.Count))
                inOrder.Add(KeyValuePair.Create(name, value));
            else
                inOrder[positions[name]] = KeyValuePair.Create(name, value);
        }
        return inOrder.Count == 0 ? Empty : new JsonProperties(inOrder.DrainToImmutable());
    }

    public JsonData? Find(string name)
    {
        if (index is not null)
            return index.GetValueOrDefault(name);
        foreach (var (candidate, value) in InOrder)
        {
            if (string.Equals(candidate, name, StringComparison.Ordinal))
                return value;
        }
        return null;
    }

    public bool SameAs(JsonProperties other)
    {
        if (InOrder.Length != other.InOrder.Length)
            return false;
        foreach (var (name, value) in InOrder)
        {
            if (!value.Equals(other.Find(name)))
                return false;
        }
        return true;
    }
}
