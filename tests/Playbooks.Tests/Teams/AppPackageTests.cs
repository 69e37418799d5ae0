using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using NJsonSchema;
using Playbooks.Connectors.Teams.Package;
using Playbooks.Tests.Cli;

namespace Playbooks.Tests.Teams;

public sealed class AppPackageTests
{
    private static readonly AppIdentity App = new(Guid.Parse("2f7f5f5e-6a0b-4d2e-9d0c-0a5f0f7b1c11"), "University", new Uri("https://playbooks.university.example/"),
        new Uri("https://university.example/privacy"), new Uri("https://university.example/terms"));

    [Fact]
    public async Task The_manifest_is_what_the_official_schema_wants()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(SharedData.FolderOrSkip("contracts"), "teams-app-manifest.schema.json"), TestContext.Current.CancellationToken);

        Assert.Empty(schema.Validate(AppManifest.Of(App).Text));
        Assert.NotEmpty(schema.Validate(AppManifest.Of(App).Text.Replace("\"team\"", "\"teem\"", StringComparison.Ordinal)));
        Assert.NotEmpty(schema.Validate(AppManifest.Of(App with { Organisation = new string('U', AppIdentity.OrganisationMaxCharacters + 1) }).Text));
    }

    [Fact]
    public void The_archive_holds_the_manifest_and_both_icons_and_is_the_same_each_time()
    {
        var bytes = AppPackage.Of(App);
        Assert.Equal(bytes, AppPackage.Of(App));
        using var archive = new ZipArchive(new MemoryStream(bytes));

        Assert.Equal(["manifest.json", "color.png", "outline.png"], archive.Entries.Select(entry => entry.FullName));
        using var manifest = new StreamReader(archive.GetEntry("manifest.json")!.Open());
        Assert.Equal(AppManifest.Of(App).Text, manifest.ReadToEnd());
    }

    [Fact]
    public void Icons_have_the_size_that_Teams_asks_for()
    {
        Assert.Equal((192, 192), SizeOf(AppIcons.Color()));
        Assert.Equal((32, 32), SizeOf(AppIcons.Outline()));
    }

    [Fact]
    public void The_outline_is_white_or_nothing_and_the_other_icon_hides_what_is_under_it()
    {
        var (outline, color) = (PixelsOf(AppIcons.Outline()), PixelsOf(AppIcons.Color()));

        Assert.All(outline, pixel => Assert.Equal((255, 255, 255), (pixel.Red, pixel.Green, pixel.Blue)));
        Assert.Contains(outline, pixel => pixel.Alpha == 0);
        Assert.Contains(outline, pixel => pixel.Alpha == 255);
        Assert.All(color, pixel => Assert.Equal(255, pixel.Alpha));
        Assert.Equal(AppIcons.AccentColor, $"#{color[0].Red:X2}{color[0].Green:X2}{color[0].Blue:X2}");
    }

    [Fact]
    public void What_a_nudge_says_names_only_parameters_that_are_given()
    {
        var types = AppManifest.Of(App)["activities"]!["activityTypes"]!.Elements;

        Assert.Equal([AppManifest.ApprovalRequired, AppManifest.PersonNeeded, AppManifest.RunNews], types.Select(type => type["type"]!.AsString()));
        Assert.All(types, type => Assert.Subset(new HashSet<string> { AppManifest.What, AppManifest.Until }, Regex.Matches(type["templateText"]!.AsString()!, "{(.*?)}").Select(match => match.Groups[1].Value).ToHashSet()));
    }

    [Fact]
    public async Task The_verb_writes_it()
    {
        using var folder = new PlaybookFolder();
        var path = Path.Combine(folder.Path, "app.zip");
        var run = await CliRun.OfAsync("teams", "package", "--app-id", App.AppId.ToString(), "--organisation", "University", "--pages", App.Pages.ToString(),
            "--privacy", App.Privacy.ToString(), "--terms", App.Terms.ToString(), "--output", path);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(AppPackage.Of(App), await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--pages must be an absolute https URL", "University", "http://playbooks.university.example/")]
    [InlineData("--pages must be an absolute https URL", "University", "playbooks")]
    [InlineData("shorten --organisation", "A university with a name that is too long for Teams", "https://playbooks.university.example/")]
    public async Task The_verb_refuses_what_Teams_would_refuse(string why, string organisation, string pages)
    {
        using var folder = new PlaybookFolder();
        var run = await CliRun.OfAsync("teams", "package", "--app-id", App.AppId.ToString(), "--organisation", organisation, "--pages", pages, "--output", Path.Combine(folder.Path, "app.zip"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(why, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "app.zip")));
    }

    private static (int, int) SizeOf(byte[] png) => (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));

    private static List<(byte Red, byte Green, byte Blue, byte Alpha)> PixelsOf(byte[] png)
    {
        var at = png.AsSpan().IndexOf(Encoding.ASCII.GetBytes("IDAT"));
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at - 4));
        using var rows = new MemoryStream();
        using (var unpacked = new ZLibStream(new MemoryStream(png, at + 4, length), CompressionMode.Decompress))
            unpacked.CopyTo(rows);
        var (side, bytes) = (SizeOf(png).Item1, rows.ToArray());
        return [.. from y in Enumerable.Range(0, side) from x in Enumerable.Range(0, side) let place = (y * ((side * 4) + 1)) + 1 + (x * 4) select (bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3])];
    }
}
