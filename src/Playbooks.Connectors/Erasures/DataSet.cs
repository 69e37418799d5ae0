using System.Text.Json;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Connectors.Erasures;

/// <summary>
/// A file of records about subjects: a JSON array, or one JSON value per line. What stays keeps its bytes; a record that cannot be read stops
/// everything, because nobody can say whom it is about.
/// </summary>
/// <param name="Bytes">The file without the records that were to go.</param>
/// <param name="Removed">Records that went.</param>
internal sealed record DataSet(ReadOnlyMemory<byte> Bytes, int Removed)
{
    public const int RecordMaxBytes = 1024 * 1024;
    public const int FileMaxBytes = 256 * 1024 * 1024;

    private static readonly byte[] WhiteSpace = " \t\r\n"u8.ToArray();

    /// <param name="name">For messages.</param>
    /// <param name="property">Holds the subject's id, a text or a number; a record without it is about nobody.</param>
    /// <exception cref="ActionFailedException">Integrity: a record cannot be read.</exception>
    public static DataSet Without(ReadOnlyMemory<byte> file, string name, string property, Func<string, bool> isErased)
    {
        var start = file.Span.IndexOfAnyExcept(WhiteSpace);
        return start >= 0 && file.Span[start] == (byte)'[' ? Array(file, name, property, isErased) : Lines(file, name, property, isErased);
    }

    private static DataSet Lines(ReadOnlyMemory<byte> file, string name, string property, Func<string, bool> isErased)
    {
        using var kept = new MemoryStream(file.Length);
        var removed = 0;
        var number = 0;
        for (var rest = file; rest.Length > 0;)
        {
            number++;
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..(end + 1)];
            rest = rest[line.Length..];
            var record = line.Span.Trim(WhiteSpace);
            if (!record.IsEmpty && IsAbout(record, $"line {number} of {name}", property, isErased))
                removed++;
            else
                kept.Write(line.Span);
        }
        return new DataSet(kept.ToArray(), removed);
    }

    private static DataSet Array(ReadOnlyMemory<byte> file, string name, string property, Func<string, bool> isErased)
    {
        try
        {
            using var document = JsonDocument.Parse(file);
            using var kept = new MemoryStream(file.Length);
            var removed = 0;
            var number = 0;
            foreach (var element in document.RootElement.EnumerateArray())
            {
                number++;
                var record = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(element);
                if (IsAbout(record, $"record {number} of {name}", property, isErased))
                {
                    removed++;
                    continue;
                }
                kept.Write(kept.Length == 0 ? "[\n"u8 : ",\n"u8);
                kept.Write(record);
            }
            kept.Write(kept.Length == 0 ? "[]\n"u8 : "\n]\n"u8);
            return removed == 0 ? new DataSet(file, 0) : new DataSet(kept.ToArray(), removed);
        }
        catch (JsonException broken)
        {
            throw new ActionFailedException(ErrorKind.Integrity, $"{name} is no JSON: {broken.Message}", inner: broken);
        }
    }

    private static bool IsAbout(ReadOnlySpan<byte> record, string where, string property, Func<string, bool> isErased)
    {
        // The strict reader: with a property twice, two readers could see two subjects.
        if (StrictJson.Read(record, new StrictJsonLimits(RecordMaxBytes)) is not StrictJsonResult.Accepted { Value: var value })
            throw new ActionFailedException(ErrorKind.Integrity, $"The {where} cannot be read, so nobody knows whom it is about.");
        return value[property] switch
        {
            { Kind: JsonValueKind.String } text => isErased(text.AsString()!),
            { Kind: JsonValueKind.Number } number => isErased(number.Text),
            null or { IsNull: true } => false,
            _ => throw new ActionFailedException(ErrorKind.Integrity, $"The {where} names its subject in {property} neither as a text nor as a number."),
        };
    }
}
