using System.Globalization;

namespace Playbooks.Core.Json;

/// <summary>
/// Where a value stands in a document, from the root down. Made of links, because as texts the paths of a hostile document
/// (long names, many children) would take gigabytes.
/// </summary>
public sealed record JsonPath
{
    public static readonly JsonPath Root = new(null, null, 0);

    private JsonPath(JsonPath? parent, string? name, int position) => (Parent, Name, Position) = (parent, name, position);

    /// <summary>Null for the root.</summary>
    public JsonPath? Parent { get; }

    /// <summary>The name of the property; null for an item of an array and for the root.</summary>
    public string? Name { get; }

    /// <summary>The index, from 0, of an item of an array; 0 for everything else.</summary>
    public int Position { get; }

    public JsonPath Property(string name) => new(this, name, 0);

    public JsonPath Index(int position) => new(this, null, position);

    /// <summary>As people write it: <c>$.steps[2].with['odd name']</c>.</summary>
    public override string ToString() => this switch
    {
        { Parent: null } => "$",
        { Name: null } => string.Create(CultureInfo.InvariantCulture, $"{Parent}[{Position}]"),
        _ when IsPlain(Name) => $"{Parent}.{Name}",
        _ => $"{Parent}['{Name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}']",
    };

    private static bool IsPlain(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$');
}
