using System.Text;

namespace Playbooks.Tests.Telemetry;

/// <summary>As much of the wire format as it takes to find fields in what an exporter sends.</summary>
internal static class Protobuf
{
    /// <summary>The contents of every field at a path of field numbers.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> At(ReadOnlyMemory<byte> message, params int[] path) =>
        path.Length == 0 ? [message] : Fields(message).Where(field => field.Number == path[0]).SelectMany(field => At(field.Content, path[1..]));

    public static IEnumerable<string> Texts(ReadOnlyMemory<byte> message, params int[] path) => At(message, path).Select(text => Encoding.UTF8.GetString(text.Span));

    private static List<(int Number, ReadOnlyMemory<byte> Content)> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, ReadOnlyMemory<byte>)>();
        for (var at = 0; at < message.Length;)
        {
            var tag = Number(message.Span, ref at);
            var start = at;
            var length = (tag & 7) switch
            {
                0 => Skipped(message.Span, at),
                1 => 8,
                2 => (int)Number(message.Span, ref start),
                5 => 4,
                var type => throw new InvalidDataException($"Type {type} is none of protobuf."),
            };
            fields.Add(((int)(tag >> 3), message.Slice(start, length)));
            at = start + length;
        }
        return fields;
    }

    private static int Skipped(ReadOnlySpan<byte> message, int from)
    {
        var at = from;
        Number(message, ref at);
        return at - from;
    }

    private static ulong Number(ReadOnlySpan<byte> message, ref int at)
    {
        var (value, shift) = (0UL, 0);
        while (true)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
                return value;
            shift += 7;
        }
    }
}
