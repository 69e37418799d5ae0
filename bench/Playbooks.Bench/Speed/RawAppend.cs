using System.Diagnostics;

namespace Playbooks.Bench.Speed;

/// <summary>The limit that one step after another is held against: append and fsync, nothing else.</summary>
internal static class RawAppend
{
    /// <returns>How long each took, in milliseconds.</returns>
    public static double[] Milliseconds(int bytes, int times)
    {
        var folder = BenchFolder.Make();
        try
        {
            using var file = File.OpenHandle(Path.Combine(folder.FullName, "raw"), FileMode.CreateNew, FileAccess.Write);
            var line = new byte[bytes];
            Random.Shared.NextBytes(line);
            var took = new double[times];
            for (var index = 0; index < times; index++)
            {
                var from = Stopwatch.GetTimestamp();
                RandomAccess.Write(file, line, (long)index * bytes);
                RandomAccess.FlushToDisk(file);
                took[index] = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
            }
            return took;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
