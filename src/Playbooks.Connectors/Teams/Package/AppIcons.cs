namespace Playbooks.Connectors.Teams.Package;

/// <summary>Our sign, drawn: a ring that closes again around an arrow that goes on.</summary>
public static class AppIcons
{
    public const string AccentColor = "#1F5FA8";
    public const int ColorPixels = 192;
    public const int OutlinePixels = 32;
    private const int SamplesPerSide = 4;
    private const double RingEnds = -80 * Math.PI / 180;
    private const double RingBegins = -25 * Math.PI / 180;
    private static readonly (byte Red, byte Green, byte Blue) Accent = (0x1F, 0x5F, 0xA8);

    /// <summary>White on the accent colour, without transparency, as Teams wants it.</summary>
    public static byte[] Color() => Png.Write(ColorPixels, (x, y) =>
    {
        var white = Covered(x, y, ColorPixels);
        byte Mix(byte under) => (byte)Math.Round(under + ((255 - under) * white));
        return (Mix(Accent.Red), Mix(Accent.Green), Mix(Accent.Blue), 255);
    });

    /// <summary>White on nothing.</summary>
    public static byte[] Outline() => Png.Write(OutlinePixels, (x, y) => (255, 255, 255, (byte)Math.Round(255 * Covered(x, y, OutlinePixels))));

    /// <summary>How much of a pixel the sign covers, 0 to 1.</summary>
    private static double Covered(int x, int y, int pixels)
    {
        var hits = 0;
        for (var sample = 0; sample < SamplesPerSide * SamplesPerSide; sample++)
        {
            var (dx, dy) = ((sample % SamplesPerSide) + 0.5, (sample / SamplesPerSide) + 0.5);
            hits += IsSign(((x + (dx / SamplesPerSide)) / pixels) - 0.5, ((y + (dy / SamplesPerSide)) / pixels) - 0.5) ? 1 : 0;
        }
        return (double)hits / (SamplesPerSide * SamplesPerSide);
    }

    /// <param name="x">From the middle, in widths of the icon.</param>
    private static bool IsSign(double x, double y)
    {
        var (radius, angle) = (Math.Sqrt((x * x) + (y * y)), Math.Atan2(y, x));
        var ring = radius is >= 0.285 and <= 0.365 && (angle <= RingEnds || angle >= RingBegins);
        // The ring ends in a tip that points the way it runs, clockwise.
        var (ahead, aside) = Turned(x - (0.325 * Math.Cos(RingEnds)), y - (0.325 * Math.Sin(RingEnds)), RingEnds + (Math.PI / 2));
        var tip = ahead is >= 0 and <= 0.17 && Math.Abs(aside) <= (0.17 - ahead) * 0.7;
        var arrow = x is >= -0.1 and <= 0.17 && Math.Abs(y) <= (0.17 - x) * 0.62;
        return ring || tip || arrow;
    }

    /// <summary>How far a point lies in a direction, and beside it.</summary>
    private static (double Ahead, double Aside) Turned(double x, double y, double direction) =>
        ((x * Math.Cos(direction)) + (y * Math.Sin(direction)), (y * Math.Cos(direction)) - (x * Math.Sin(direction)));
}
