using System.Text.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>The properties of an object that a reader asks for. What nobody asked for is unknown, and an error.</summary>
internal sealed class Fields
{
    private readonly Node node;
    private readonly List<string> known = [];

    private Fields(Node node) => this.node = node;

    /// <summary>Null, with the error reported, when the value is no object.</summary>
    public static Fields? Of(Node node, string example = "{ … }") => node.Is(JsonValueKind.Object, example) ? new Fields(node) : null;

    public Node? Optional(string name)
    {
        known.Add(name);
        return node.Property(name);
    }

    public Node? Required(string name, string example)
    {
        if (Optional(name) is { } value)
            return value;
        node.Error(ErrorCodes.MissingField, $"The field '{name}' is missing.", $"Add for example \"{name}\": {example}.");
        return null;
    }

    /// <summary>Names that exist but are asked for elsewhere.</summary>
    public void Allow(params IEnumerable<string> names) => known.AddRange(names);

    /// <summary>Reports every property that was not asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var (name, value) in node.Properties())
        {
            if (!known.Contains(name) && !node.Document.IsFull)
                value.ErrorAtName(ErrorCodes.UnknownField, $"The field '{Short(name)}' is not known here.",
                    NearestName.Advice(name, known, $"Known are {string.Join(", ", known.Order(StringComparer.Ordinal))}."));
        }
    }

    public static string Short(string name) => name.Length <= 64 ? name : string.Concat(name.AsSpan(0, char.IsHighSurrogate(name[62]) ? 62 : 63), "…");
}
