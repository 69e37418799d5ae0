using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Evidence.Verifying;

namespace Playbooks.Tests.Evidence;

public class PackTests
{
    private static readonly RecordedRun Run = RecordedRuns.Recovered();
    private static readonly ImmutableSortedDictionary<string, byte[]> Made = Pack.Make(Run.Events, RecordedRun.Signer);

    [Fact]
    public void A_pack_is_the_same_bytes_each_time()
    {
        var again = Pack.Make(RecordedRuns.Recovered().Events, RecordedRun.Signer);
        Assert.Equal(Made.Keys, again.Keys);
        Assert.All(Made, file => Assert.Equal(Text(file.Value), Text(again[file.Key])));
    }

    [Fact]
    public void A_pack_holds_every_file_and_nothing_else() =>
        Assert.Equal(PackFiles.Listed.Add(PackFiles.Manifest).Add(PackFiles.Signature).Order(StringComparer.Ordinal), Made.Keys);

    [Fact]
    public void The_pinned_texts_are_the_very_bytes()
    {
        Assert.Equal(RecordedRuns.Playbook, Text(Made[PackFiles.Playbook]));
        Assert.Equal(((RunEvent.RunStarted)Run.Events[0].Event).Environment.Text, Text(Made[PackFiles.Environment]));
    }

    [Fact]
    public void With_the_key_from_outside_it_is_verified()
    {
        var verification = PackVerifier.Verify(Made, RecordedRun.Signer.Key, AnchorsOf(Run));
        Assert.Empty(verification.Findings);
        Assert.Equal(VerificationResult.Verified, verification.Result);
        Assert.Equal(["3 anchored heads of this run were compared."], verification.Notes);
        Assert.Equal((RecordedRun.RunId, Run.Events[^1].Hash, (long?)Run.Events.Count), (verification.RunId, verification.Head, verification.Sequence));
    }

    [Fact]
    public void Without_a_key_from_outside_it_is_consistent_and_its_signer_unknown()
    {
        var verification = PackVerifier.Verify(Made);
        Assert.Equal(VerificationResult.SignerUnknown, verification.Result);
        Assert.Equal("consistent, signer unknown", verification.Summary);
    }

    [Fact]
    public async Task The_guide_verifies_it_without_our_software()
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The guide's script needs bash.");
        var (exit, output) = await RunGuideAsync(Made);
        Assert.True(exit == 0 && output.TrimEnd().EndsWith("verified", StringComparison.Ordinal), output);
    }

    public static TheoryData<string, Func<ImmutableSortedDictionary<string, byte[]>, ImmutableSortedDictionary<string, byte[]>>> Tampering => new()
    {
        { "the report", files => files.SetItem(PackFiles.Report, [.. files[PackFiles.Report], (byte)' ']) },
        { "an event", files => files.SetItem(PackFiles.Timeline, Encoding.UTF8.GetBytes(Text(files[PackFiles.Timeline]).Replace("approver@", "nobody@"))) },
        { "the manifest", files => files.SetItem(PackFiles.Manifest, Encoding.UTF8.GetBytes(Text(files[PackFiles.Manifest]).Replace("playbooks-evidence/1\"", "playbooks-evidence/1\" "))) },
        { "a missing file", files => files.Remove(PackFiles.Replay) },
        { "an extra file", files => files.Add("notes.txt", [1]) },
    };

    [Theory, MemberData(nameof(Tampering))]
    public async Task The_guide_finds_what_was_changed(string what, Func<ImmutableSortedDictionary<string, byte[]>, ImmutableSortedDictionary<string, byte[]>> change)
    {
        if (OperatingSystem.IsWindows())
            Assert.Skip("The guide's script needs bash.");
        var (exit, output) = await RunGuideAsync(change(Made));
        Assert.True(exit != 0, $"{what}: {output}");
    }

    private static async Task<(int Exit, string Output)> RunGuideAsync(ImmutableSortedDictionary<string, byte[]> files)
    {
        var folder = Directory.CreateTempSubdirectory("playbooks-pack-");
        try
        {
            foreach (var (name, content) in files)
                await File.WriteAllBytesAsync(Path.Combine(folder.FullName, name), content, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "evidence-key.pem"), RecordedRun.Signer.Key.Pem, TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo("bash", ["-c", ScriptOf(Text(Made[PackFiles.Verify]))])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var bash = Process.Start(start)!;
            var output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (bash.ExitCode, await errors + await output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string ScriptOf(string guide) => guide.Split("```bash\n")[1].Split("```")[0];

    internal static ImmutableArray<AnchorRecord> AnchorsOf(RecordedRun run) =>
        [.. run.Events.Select(stored => stored.Event).OfType<RunEvent.HeadAnchored>().Select(anchored => new AnchorRecord(RecordedRun.RunId, anchored.Sequence, anchored.Head))];

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
