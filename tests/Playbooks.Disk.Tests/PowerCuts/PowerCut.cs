using System.Text;
using Playbooks.Disk.Tests.Simulated;

namespace Playbooks.Disk.Tests.PowerCuts;

/// <summary>Which of the things that were not synced a power cut leaves.</summary>
/// <param name="Names">Share of the created, deleted and renamed names that it leaves.</param>
/// <param name="Data">Share of the writes, or of their sectors.</param>
/// <param name="SectorBytes">Writes are torn at multiples of it; 0 leaves each write whole or not at all.</param>
internal sealed record PowerCut(string What, double Names, double Data, int SectorBytes, Random Random)
{
    private static readonly double[] Shares = [0, 0.1, 0.5, 0.9, 1];
    private static readonly int[] Sectors = [0, 512, 4096];

    /// <summary>The first are the plain ones; every later one is drawn.</summary>
    public static PowerCut Of(int variant, int seed)
    {
        var random = new Random(seed);
        return variant switch
        {
            0 => new("all is kept", 1, 1, 0, random),
            1 => new("all that was not synced is lost", 0, 0, 0, random),
            2 => new("names are lost", 0, 1, 0, random),
            3 => new("data is lost", 1, 0, 0, random),
            4 => new("torn at 512", 1, 0.5, 512, random),
            5 => new("torn at 4096", 1, 0.5, 4096, random),
            _ => new("drawn", Shares[random.Next(Shares.Length)], Shares[random.Next(Shares.Length)], Sectors[random.Next(Sectors.Length)], random),
        };
    }

    public bool KeepsName() => Keeps(Names);

    public IEnumerable<DiskOperation> Kept(DiskOperation operation)
    {
        if (operation is not DiskOperation.Write write || SectorBytes == 0)
        {
            choices.Append('w');
            if (Keeps(Data))
                yield return operation;
            yield break;
        }
        choices.Append(Data is <= 0 or >= 1 ? 'w' : SectorBytes == 512 ? 's' : 'p');
        if (Data is <= 0 or >= 1)
        {
            if (Keeps(Data))
                yield return operation;
            yield break;
        }
        for (var from = 0; from < write.Bytes.Length;)
        {
            var to = (int)Math.Min(write.Bytes.Length, ((write.Offset + from) / SectorBytes + 1) * SectorBytes - write.Offset);
            if (Keeps(Data))
                yield return new DiskOperation.Write(write.File, write.Offset + from, write.Bytes[from..to]);
            from = to;
        }
    }

    /// <summary>What was kept and what was not: two cuts of one instant that chose the same leave the same disk.</summary>
    public string Choices => choices.ToString();

    private readonly StringBuilder choices = new();

    private bool Keeps(double share)
    {
        var keeps = share >= 1 || share > 0 && Random.NextDouble() < share;
        choices.Append(keeps ? '1' : '0');
        return keeps;
    }
}
