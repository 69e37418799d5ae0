using System.Text;
using System.Text.Json;

namespace Playbooks.Core.Json;

/// <summary>A place in a text as editors count: both from 1, columns in UTF-16 code units.</summary>
public readonly record struct TextPosition(int Line, int Column)
{
    internal static TextPosition Of(ReadOnlySpan<byte> utf8, int offset)
    {
        var before = utf8[..int.Clamp(offset, 0, utf8.Length)];
        var lineStart = before.LastIndexOf((byte)'\n') + 1;
        return new TextPosition(before.Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(before[lineStart..]) + 1);
    }
}

/// <summary>
/// Where each value and each property name of a document was written. Kept as offsets; line and column are counted when asked for,
/// since only errors ask.
/// </summary>
public sealed class JsonPositions
{
    private readonly byte[] utf8;
    private readonly JsonData root;
    private readonly Node rootNode;

    internal JsonPositions(byte[] utf8, JsonData root, Node rootNode) => (this.utf8, this.root, this.rootNode) = (utf8, root, rootNode);

    /// <summary>
    /// Where the value begins. For a path that is not in the document: where the nearest value around it begins, which is where
    /// a missing property should be added.
    /// </summary>
    public TextPosition OfValue(JsonPath path) => TextPosition.Of(utf8, Find(path).Node.ValueOffset);

    /// <summary>Where the property's name begins, at its quote; for what is no property, as <see cref="OfValue"/>.</summary>
    public TextPosition OfName(JsonPath path)
    {
        var node = Find(path).Node;
        return TextPosition.Of(utf8, node.NameOffset ?? node.ValueOffset);
    }

    private (JsonData Value, Node Node, bool Exact) Find(JsonPath path)
    {
        if (path.Parent is null)
            return (root, rootNode, true);
        var parent = Find(path.Parent);
        if (!parent.Exact)
            return parent;
        var (child, value) = Child(parent.Value, path);
        return value is null ? parent with { Exact = false } : (value, parent.Node.Children[child], true);
    }

    private static (int Index, JsonData? Value) Child(JsonData parent, JsonPath path)
    {
        if (path.Name is null)
            return path.Position >= 0 && path.Position < parent.Elements.Length ? (path.Position, parent.Elements[path.Position]) : (0, null);
        for (var i = 0; parent.Kind == JsonValueKind.Object && i < parent.Properties.Length; i++)
        {
            if (string.Equals(parent.Properties[i].Key, path.Name, StringComparison.Ordinal))
                return (i, parent.Properties[i].Value);
        }
        return (0, null);
    }

    /// <summary>Byte offsets of one value; the children stand in the order written, as in the value itself.</summary>
    internal sealed record Node(int? NameOffset, int ValueOffset, IReadOnlyList<Node> Children);
}
