using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace Playbooks.Connectors.Teams.Package;

/// <summary>Writes a square picture as PNG (8 bits, red, green, blue, alpha), the same bytes each time.</summary>
internal static class Png
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static byte[] Write(int pixels, Func<int, int, (byte Red, byte Green, byte Blue, byte Alpha)> at)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, pixels);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), pixels);
        (header[8], header[9]) = (8, 6);
        using var file = new MemoryStream();
        file.Write(Signature);
        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, Rows(pixels, at));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static byte[] Rows(int pixels, Func<int, int, (byte, byte, byte, byte)> at)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize))
        {
            for (var y = 0; y < pixels; y++)
            {
                // Each row says how it was filtered: not at all.
                deflate.WriteByte(0);
                for (var x = 0; x < pixels; x++)
                {
                    var (red, green, blue, alpha) = at(x, y);
                    deflate.Write([red, green, blue, alpha]);
                }
            }
        }
        return packed.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        var sum = new Crc32();
        sum.Append(type);
        sum.Append(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, sum.GetCurrentHashAsUInt32());
        file.Write(number);
    }
}
