using System.Diagnostics;
using System.Text;
using Playbooks.Tests.Cli;

namespace Playbooks.Tests.Canaries;

/// <summary>A search that finds nothing proves something only if it finds what is there.</summary>
public sealed class CanarySearchTests : IDisposable
{
    private readonly PlaybookFolder folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Forms =>
        ["raw", "utf16", "hex", "HEX", "base64 0", "base64 1", "base64 2", "base64 3", "base64 4", "base64 5", "json", "url"];

    [Theory, MemberData(nameof(Forms))]
    public void A_planted_leak_is_found_in_whatever_form_it_was_written(string form)
    {
        var canary = new Canary();
        canary.Plant("secret", "hush+hush/\"quoted\" & more");
        var leaked = Written("hush+hush/\"quoted\" & more", form);
        folder.Write("clean.log", "nothing here");
        File.WriteAllBytes(Path.Combine(folder.Path, "leaky.bin"), leaked);

        Assert.Contains(canary.FindUnder(folder.Path, _ => false), found => found.EndsWith("in leaky.bin", StringComparison.Ordinal));
        Assert.Empty(canary.FindUnder(folder.Path, file => file.EndsWith("leaky.bin", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_leak_in_the_name_of_a_file_is_found()
    {
        var canary = new Canary();
        folder.Write(canary.Plant("subject") + ".log", "");

        Assert.Single(canary.FindUnder(folder.Path, _ => false));
    }

    [Theory]
    [InlineData("raw", 1)]
    [InlineData("hex", 1)]
    [InlineData("base64 0", 1)]
    [InlineData("base64 1", 1)]
    [InlineData("base64 2", 1)]
    [InlineData("none", 0)]
    public async Task The_search_after_the_suite_fails_on_a_leak_and_on_nothing_else(string form, int exitCode)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("CI runs on Linux.");
        const string marker = "cnryOfThisVeryTest";
        folder.Write("deep/clean.log", "nothing here");
        File.WriteAllBytes(Path.Combine(folder.Path, "deep", "other.bin"), form == "none" ? [0, 1, 2] : Written(marker, form));

        var (code, output) = await SearchAsync(marker, folder.Path);

        Assert.Equal(exitCode, code);
        Assert.Equal(exitCode == 1, output.Contains("other.bin", StringComparison.Ordinal));
        Assert.DoesNotContain(marker, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_search_after_the_suite_does_not_pass_where_it_has_nothing_to_look_for_or_at()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("CI runs on Linux.");
        Assert.Equal(2, (await SearchAsync("", folder.Path)).ExitCode);
        Assert.Equal(2, (await SearchAsync("cnryOfThisVeryTest", Path.Combine(folder.Path, "absent"))).ExitCode);
    }

    private static async Task<(int ExitCode, string Output)> SearchAsync(string marker, string place)
    {
        using var search = Process.Start(new ProcessStartInfo("bash", [Path.Combine(Repository.Root, ".ci", "canaries"), place])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, Environment = { [Canary.MarkerVariable] = marker },
        })!;
        var (output, error) = (search.StandardOutput.ReadToEndAsync(Cancelled), search.StandardError.ReadToEndAsync(Cancelled));
        await search.WaitForExitAsync(Cancelled);
        return (search.ExitCode, await output + await error);
    }

    private static byte[] Written(string secret, string form)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return form switch
        {
            "raw" => [0xff, .. bytes, 0],
            "utf16" => Encoding.Unicode.GetBytes("x" + secret),
            "hex" => Encoding.UTF8.GetBytes("00" + Convert.ToHexStringLower(bytes)),
            "HEX" => Encoding.UTF8.GetBytes("00" + Convert.ToHexString(bytes)),
            "json" => Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(secret)),
            "url" => Encoding.UTF8.GetBytes(Uri.EscapeDataString(secret)),
            _ => Encoding.UTF8.GetBytes(Convert.ToBase64String([.. Encoding.UTF8.GetBytes(new string('y', form[^1] - '0')), .. bytes, .. "tail"u8])),
        };
    }
}
