using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Playbooks.Core.Json;

/// <summary>
/// An immutable JSON value, independent of any document. Equal means the same JSON value: numbers by exact value (<c>1</c> equals
/// <c>1.0</c>), objects whatever the order of their properties, which is kept for display. In a record it serialises as the JSON itself.
/// </summary>
[JsonConverter(typeof(JsonDataConverter))]
[SuppressMessage("Naming", "CA1720", Justification = "Object is JSON's own word for it, as Array is.")]
public sealed class JsonData : IEquatable<JsonData>
{
    public static readonly JsonData Null = new(JsonValueKind.Null, "null");
    public static readonly JsonData True = new(JsonValueKind.True, "true");
    public static readonly JsonData False = new(JsonValueKind.False, "false");
    public static readonly JsonData EmptyObject = Object();
    public static readonly JsonData EmptyArray = Array([]);

    /// <summary>The decoded characters of a string; the one text of a number, of <c>true</c>, <c>false</c> and <c>null</c>.</summary>
    private readonly string scalar = "";
    private readonly JsonProperties properties = JsonProperties.Empty;
    /// <summary>0 until asked for. An int, because it is written whole though two threads ask at once.</summary>
    private int hash;
    private string? text;

    private JsonData(JsonValueKind kind, string scalar)
    {
        (Kind, this.scalar) = (kind, scalar);
        SizeBytes = kind == JsonValueKind.String ? JsonSize.OfString(scalar) : scalar.Length;
    }

    private JsonData(ImmutableArray<JsonData> elements)
    {
        (Kind, Elements) = (JsonValueKind.Array, elements);
        (SizeBytes, Depth) = JsonSize.OfArray(elements);
    }

    private JsonData(JsonProperties properties)
    {
        (Kind, this.properties) = (JsonValueKind.Object, properties);
        (SizeBytes, Depth) = JsonSize.OfObject(properties.InOrder);
    }

    /// <summary>Never <see cref="JsonValueKind.Undefined"/>.</summary>
    public JsonValueKind Kind { get; }

    public bool IsNull => Kind == JsonValueKind.Null;

    /// <summary>
    /// Length of <see cref="Text"/> in UTF-8, known without writing it: a value may hold the same part many times over and be far
    /// larger than its memory. Counts no further than <see cref="JsonSize.MaxCountedBytes"/>.
    /// </summary>
    public long SizeBytes { get; }

    /// <summary>How deep arrays and objects nest; 0 for a scalar.</summary>
    public int Depth { get; }

    /// <summary>The items of an array; empty for every other kind.</summary>
    public ImmutableArray<JsonData> Elements { get; } = [];

    /// <summary>The properties of an object in the order written; empty for every other kind.</summary>
    public ImmutableArray<KeyValuePair<string, JsonData>> Properties => properties.InOrder;

    /// <summary>The property of that name; null when there is none or this is no object. A property holding JSON null gives <see cref="Null"/>.</summary>
    public JsonData? this[string name] => properties.Find(name);

    /// <summary>JSON without white space, properties in the order written, numbers in their one exact text.</summary>
    public string Text => text ??= JsonText.Write(this, sorted: false);

    /// <summary>Half of a surrogate pair becomes U+FFFD: such a string could be neither stored nor sent.</summary>
    public static JsonData Of(string value) => new(JsonValueKind.String, JsonText.WellFormed(value));

    public static JsonData Of(long value) => Number(value.ToString(CultureInfo.InvariantCulture));

    public static JsonData Of(decimal value) => Number(value.ToString(CultureInfo.InvariantCulture));

    public static JsonData Of(bool value) => value ? True : False;

    /// <summary>An object in the order given; a later value takes the place of an earlier one of the same name.</summary>
    public static JsonData Object(params (string Name, JsonData Value)[] properties) =>
        Object(properties.Select(p => KeyValuePair.Create(p.Name, p.Value)));

    /// <inheritdoc cref="Object(ValueTuple{string, JsonData}[])"/>
    public static JsonData Object(IEnumerable<KeyValuePair<string, JsonData>> properties) => new(JsonProperties.LastWins(properties));

    public static JsonData Array(IEnumerable<JsonData> elements) => new([.. elements]);

    /// <summary>Reads text of our own making. Text from outside goes through <c>StrictJson</c>, which reports and never throws.</summary>
    /// <exception cref="JsonException">The text is not JSON, repeats a property, or holds what <see cref="JsonData"/> refuses.</exception>
    public static JsonData Parse(string json) => JsonDataReader.Read(Encoding.UTF8.GetBytes(json));

    /// <summary>A detached copy.</summary>
    /// <exception cref="JsonException">The element repeats a property, or holds what <see cref="JsonData"/> refuses.</exception>
    public static JsonData From(JsonElement element) => Parse(element.GetRawText());

    /// <summary>The characters of a string; null for every other kind.</summary>
    public string? AsString() => Kind == JsonValueKind.String ? scalar : null;

    /// <summary>The value of a boolean; null for every other kind.</summary>
    public bool? AsBoolean() => Kind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

    /// <summary>A whole number that fits; null for every other value, also for 1.5.</summary>
    public long? AsInt64() => Kind == JsonValueKind.Number && long.TryParse(scalar, NumberStyles.AllowLeadingSign,
        CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A number that a decimal holds, to its 28 digits; null for every other value.</summary>
    public decimal? AsDecimal() => Kind == JsonValueKind.Number && decimal.TryParse(scalar, NumberStyles.Float,
        CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>The same value for the framework's APIs.</summary>
    public JsonElement ToElement()
    {
        using var document = JsonDocument.Parse(Text, new JsonDocumentOptions { MaxDepth = JsonDataReader.MaxDepth });
        return document.RootElement.Clone();
    }

    /// <summary>
    /// The bytes to hash or sign, after RFC 8785: UTF-8, no white space, properties in ordinal order of their names. Equal values give
    /// equal bytes. Unlike RFC 8785, numbers that no double holds keep all their digits.
    /// </summary>
    public byte[] Canonical() => Encoding.UTF8.GetBytes(JsonText.Write(this, sorted: true));

    public bool Equals(JsonData? other) =>
        ReferenceEquals(this, other) || (other is not null && Kind == other.Kind && GetHashCode() == other.GetHashCode() && Kind switch
        {
            JsonValueKind.Array => Elements.AsSpan().SequenceEqual(other.Elements.AsSpan()),
            JsonValueKind.Object => properties.SameAs(other.properties),
            _ => string.Equals(scalar, other.scalar, StringComparison.Ordinal),
        });

    public override bool Equals(object? obj) => Equals(obj as JsonData);

    /// <summary>The same in every process, so that whatever is ordered by it can be replayed.</summary>
    public override int GetHashCode() => hash != 0 ? hash : hash = ComputeHash();

    public override string ToString() => Text;

    public static bool operator ==(JsonData? left, JsonData? right) => left is null ? right is null : left.Equals(right);

    public static bool operator !=(JsonData? left, JsonData? right) => !(left == right);

    internal static JsonData Of(JsonNumber number) => new(JsonValueKind.Number, number.ToString());

    /// <summary>Null for every kind but a number.</summary>
    internal JsonNumber? AsNumber() => Kind == JsonValueKind.Number && JsonNumber.TryParse(scalar, out var number) ? number : null;

    /// <summary>How a scalar is written: a string is still to be escaped.</summary>
    internal string Scalar => scalar;

    private static JsonData Number(string text) =>
        JsonNumber.TryParse(text, out var number) ? Of(number) : throw new System.Diagnostics.UnreachableException(text);

    private int ComputeHash()
    {
        var result = (int)Kind;
        unchecked
        {
            foreach (var element in Elements)
                result = (result * 31) + element.GetHashCode();
            // A sum, because the order of properties is no part of the value.
            foreach (var (name, value) in Properties)
                result += (JsonText.StableHash(name) * 31) ^ value.GetHashCode();
            result = (result * 31) + JsonText.StableHash(scalar);
            return result == 0 ? 1 : result;
        }
    }
}
