using System.Text.Json;
using Playbooks.Core.Definitions.Environments;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>A value of a document with its place, so that whoever reads it can say what is wrong where.</summary>
internal readonly record struct Node(Document Document, JsonPath Path, JsonData Value)
{
    public JsonValueKind Kind => Value.Kind;

    public int Line => Document.LineOf(Path);

    public string? Text => Value.AsString();

    public Node? Property(string name) => Value[name] is { } value ? new Node(Document, Path.Property(name), value) : null;

    public IEnumerable<Node> Elements()
    {
        var (document, path) = (Document, Path);
        return Value.Elements.Select((element, index) => new Node(document, path.Index(index), element));
    }

    public IEnumerable<(string Name, Node Value)> Properties()
    {
        var (document, path) = (Document, Path);
        return Value.Properties.Select(property => (property.Key, new Node(document, path.Property(property.Key), property.Value)));
    }

    public void Error(ErrorCode code, string message, string remedy) => Document.ErrorAtValue(Path, code, message, remedy);

    public void ErrorAtName(ErrorCode code, string message, string remedy) => Document.ErrorAtName(Path, code, message, remedy);

    public void ErrorInside(int offset, ErrorCode code, string message, string remedy) => Document.ErrorInString(Path, offset, code, message, remedy);

    /// <summary>True when the value has this JSON type; else the error is reported.</summary>
    public bool Is(JsonValueKind kind, string example)
    {
        if (Kind == kind)
            return true;
        Error(ErrorCodes.WrongType, $"Here {Named(kind)} is needed, not {Named(Kind)}.", $"Write for example {example}.");
        return false;
    }

    /// <summary>What is written, short enough for a message. What may hold a secret is not repeated: a message goes to terminals, logs and build servers.</summary>
    public string Shown => SecretScan.MayHoldSecret(Value.Text) ? "What stands here" : Value.Text.Length <= 80 ? Value.Text : string.Concat(Value.Text.AsSpan(0, char.IsHighSurrogate(Value.Text[78]) ? 78 : 79), "…");

    public static string Named(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };
}
