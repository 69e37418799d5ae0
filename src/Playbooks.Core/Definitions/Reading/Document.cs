using System.Security.Cryptography;
using System.Text;
using Playbooks.Core.Json;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>A text that is JSON, with the errors found in it so far.</summary>
internal sealed class Document
{
    private readonly JsonPositions positions;
    private readonly string[] lines;
    private readonly ErrorList errors;

    private Document(string file, string text, JsonData root, JsonPositions positions, ErrorList errors)
    {
        (File, Text, this.positions, this.errors) = (file, text, positions, errors);
        lines = text.Split('\n');
        Root = new Node(this, JsonPath.Root, root);
    }

    public string File { get; }
    public string Text { get; }
    public Node Root { get; }
    public string Digest => DigestOf(Text);

    /// <summary>No further error is kept; a hostile text can have so many that finding their places takes long.</summary>
    public bool IsFull => errors.Full;

    /// <summary>Null, with the errors reported, when the text is not JSON within the limits.</summary>
    public static Document? Open(string text, string file, ErrorList errors)
    {
        if (text.Length > Limits.DocumentMaxBytes || Encoding.UTF8.GetByteCount(text) > Limits.DocumentMaxBytes)
        {
            errors.Add(new AuthorError(file, 1, 1, "$", ErrorCodes.DocumentTooLarge.Code,
                $"The document is larger than {Limits.DocumentMaxBytes} bytes.", "Split it: a playbook can inline others."));
            return null;
        }
        switch (StrictJson.Read(text, new StrictJsonLimits(Limits.DocumentMaxBytes, Limits.DepthMax)))
        {
            case StrictJsonResult.Accepted accepted:
                return new Document(file, text, accepted.Value, accepted.Positions, errors);
            case StrictJsonResult.Refused refused:
                // The same text with room enough tells whether depth is what is wrong.
                var tooDeep = StrictJson.Read(text, new StrictJsonLimits(Limits.DocumentMaxBytes, 8 * Limits.DepthMax)) is StrictJsonResult.Accepted;
                foreach (var error in refused.Errors)
                    errors.Add(new AuthorError(file, error.At.Line, error.At.Column, error.Path.ToString(),
                        (tooDeep ? ErrorCodes.NestedTooDeep : ErrorCodes.NotJson).Code, error.Message, error.Remedy));
                return null;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    public static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public int LineOf(JsonPath path) => positions.OfValue(path).Line;

    public void ErrorAtValue(JsonPath path, ErrorCode code, string message, string remedy)
    {
        if (!IsFull)
            Report(positions.OfValue(path), path, code, message, remedy);
    }

    public void ErrorAtName(JsonPath path, ErrorCode code, string message, string remedy)
    {
        if (!IsFull)
            Report(positions.OfName(path), path, code, message, remedy);
    }

    /// <summary>At a place inside a string, counted in its decoded characters.</summary>
    public void ErrorInString(JsonPath path, int offset, ErrorCode code, string message, string remedy)
    {
        if (IsFull)
            return;
        var start = positions.OfValue(path);
        Report(start with { Column = start.Column + WrittenLength(start, offset) }, path, code, message, remedy);
    }

    private void Report(TextPosition at, JsonPath path, ErrorCode code, string message, string remedy) =>
        errors.Add(new AuthorError(File, at.Line, at.Column, path.ToString(), code.Code, message, remedy));

    /// <summary>From the quote on: an escape is longer in the text than the character that it stands for.</summary>
    private int WrittenLength(TextPosition start, int offset)
    {
        var line = lines[start.Line - 1];
        var at = start.Column;
        for (var decoded = 0; decoded < offset && at < line.Length; decoded++)
            at += line[at] != '\\' ? 1 : at + 1 < line.Length && line[at + 1] == 'u' ? 6 : 2;
        return at - start.Column + 1;
    }
}
