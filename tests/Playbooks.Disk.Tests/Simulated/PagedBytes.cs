namespace Playbooks.Disk.Tests.Simulated;

/// <summary>A file's content in pages that copies share until one of them writes: thousands of images of one disk cost little.</summary>
internal sealed class PagedBytes
{
    public const int PageBytes = 4096;
    private static readonly byte[] Zeros = new byte[PageBytes];

    private byte[][] pages = [];
    private bool[] mine = [];

    public long Length { get; private set; }

    public PagedBytes Copy()
    {
        Array.Clear(mine);
        return new PagedBytes { pages = [.. pages], mine = new bool[mine.Length], Length = Length };
    }

    /// <returns>Bytes read; the rest of the target is zero.</returns>
    public int Read(long offset, Span<byte> target)
    {
        target.Clear();
        var count = (int)Math.Clamp(Length - offset, 0, target.Length);
        for (var done = 0; done < count;)
        {
            var (page, at) = Math.DivRem(offset + done, PageBytes);
            var part = (int)Math.Min(count - done, PageBytes - at);
            pages[page].AsSpan((int)at, part).CopyTo(target[done..]);
            done += part;
        }
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty)
            return;
        Reach(Math.Max(Length, offset + source.Length));
        for (var done = 0; done < source.Length;)
        {
            var (page, at) = Math.DivRem(offset + done, PageBytes);
            var part = (int)Math.Min(source.Length - done, PageBytes - at);
            source.Slice(done, part).CopyTo(Mine((int)page).AsSpan((int)at));
            done += part;
        }
    }

    public void Truncate(long length)
    {
        if (length >= Length)
        {
            Reach(length);
            return;
        }
        Length = length;
        var count = (int)((length + PageBytes - 1) / PageBytes);
        Array.Resize(ref pages, count);
        Array.Resize(ref mine, count);
        if (length % PageBytes is var rest and not 0)
            Mine(count - 1).AsSpan((int)rest).Clear();
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        Read(0, bytes);
        return bytes;
    }

    private void Reach(long length)
    {
        var count = (int)((length + PageBytes - 1) / PageBytes);
        var before = pages.Length;
        if (count > before)
        {
            Array.Resize(ref pages, count);
            Array.Resize(ref mine, count);
            Array.Fill(pages, Zeros, before, count - before);
        }
        Length = length;
    }

    private byte[] Mine(int page)
    {
        if (!mine[page])
        {
            pages[page] = [.. pages[page]];
            mine[page] = true;
        }
        return pages[page];
    }
}
