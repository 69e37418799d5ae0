using Playbooks.Connectors;
using Playbooks.Connectors.Evidence;
using Playbooks.Core.Evidence;
using Playbooks.Core.Evidence.Signing;
using Playbooks.Core.Evidence.Verifying;

namespace Playbooks.Tests.Evidence;

public sealed class EvidenceFolderTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-evidence-").FullName;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_is_written_is_read_and_verified()
    {
        var target = Path.Combine(folder, "evidence", RecordedRun.RunId);
        await EvidenceFolder.WriteAsync(target, Pack.Make(RecordedRuns.Recovered().Events, RecordedRun.Signer), Cancelled);
        Assert.Equal(VerificationResult.Verified, PackVerifier.Verify(await EvidenceFolder.ReadAsync(target, Cancelled), RecordedRun.Signer.Key).Result);
    }

    [Fact]
    public async Task A_pack_made_again_takes_the_place_of_the_one_before_and_leaves_nothing_beside()
    {
        var target = Path.Combine(folder, "run");
        await EvidenceFolder.WriteAsync(target, new Dictionary<string, byte[]> { ["old.json"] = [1] }, Cancelled);
        await EvidenceFolder.WriteAsync(target, new Dictionary<string, byte[]> { ["new.json"] = [2] }, Cancelled);
        Assert.Equal(["new.json"], (await EvidenceFolder.ReadAsync(target, Cancelled)).Keys);
        Assert.Equal([target], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_folder_in_the_pack_is_a_file_that_nobody_signed()
    {
        var target = Path.Combine(folder, "run");
        await EvidenceFolder.WriteAsync(target, Pack.Make(RecordedRuns.Recovered().Events, RecordedRun.Signer), Cancelled);
        Directory.CreateDirectory(Path.Combine(target, "more"));
        var findings = PackVerifier.Verify(await EvidenceFolder.ReadAsync(target, Cancelled), RecordedRun.Signer.Key).Findings;
        Assert.Equal([(FindingKind.Extra, "more/")], findings.Select(finding => (finding.Kind, finding.Where)));
    }

    [Fact]
    public async Task A_key_is_made_once_and_is_its_owners_alone()
    {
        var path = Path.Combine(folder, "keys", "evidence.pem");
        var publicPath = await EvidenceKeys.CreateAsync(path, Cancelled);
        var made = await File.ReadAllTextAsync(path, Cancelled);
        Assert.Equal(publicPath, await EvidenceKeys.CreateAsync(path, Cancelled));
        Assert.Equal(made, await File.ReadAllTextAsync(path, Cancelled));
        Assert.Equal(EvidenceSigner.FromPem(made)!.Key.Id, (await EvidenceKeys.ReadPublicAsync(publicPath, Cancelled)).Id);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task A_file_without_a_key_is_named_and_not_quoted()
    {
        var path = Path.Combine(folder, "no.pem");
        await File.WriteAllTextAsync(path, "not a key", Cancelled);
        var refused = await Assert.ThrowsAsync<ActionFailedException>(() => EvidenceKeys.ReadPublicAsync(path, Cancelled));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not a key", refused.Message, StringComparison.Ordinal);
    }
}
