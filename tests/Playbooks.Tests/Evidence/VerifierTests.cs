using System.Collections.Immutable;
using System.Text;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence;
using Playbooks.Core.Evidence.Verifying;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Evidence;

public class VerifierTests
{
    private static readonly RecordedRun Run = RecordedRuns.Recovered();
    private static readonly ImmutableSortedDictionary<string, byte[]> Made = Pack.Make(Run.Events, RecordedRun.Signer);

    /// <summary>Above this every file is sampled, below it every byte is flipped.</summary>
    private const int EveryByteMaxBytes = 4 * 1024;
    private const int SamplesPerFile = 200;

    [Fact]
    public void Every_flipped_byte_of_every_file_is_found()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var small = Pack.Make(SmallRun().Events, RecordedRun.Signer);
        var sampled = new List<string>();
        foreach (var (name, content) in small)
        {
            var all = content.Length <= EveryByteMaxBytes;
            if (!all)
                sampled.Add($"{name} ({SamplesPerFile} of {content.Length} bytes)");
            foreach (var at in all ? Enumerable.Range(0, content.Length) : Enumerable.Range(0, SamplesPerFile).Select(_ => random.Next(content.Length)))
            {
                var changed = content.ToArray();
                changed[at] ^= (byte)(1 << random.Next(8));
                // Without a key from outside it must show as well.
                var key = at % 2 == 0 ? RecordedRun.Signer.Key : null;
                Assert.True(PackVerifier.Verify(small.SetItem(name, changed), key).Result == VerificationResult.Broken, $"seed {seed}: byte {at} of {name}, key {key?.Id}");
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}; sampled: {string.Join(", ", sampled)}");
    }

    [Fact]
    public void Every_file_taken_away_is_found() => Assert.All(Made.Keys, name =>
        Assert.Contains(PackVerifier.Verify(Made.Remove(name), RecordedRun.Signer.Key).Findings, finding => finding.Kind == FindingKind.Missing && finding.Where == name));

    [Fact]
    public void A_file_that_nobody_signed_is_found() =>
        Assert.Equal([new Finding(FindingKind.Extra, "notes.txt", "is in the folder and was not signed")],
            PackVerifier.Verify(Made.Add("notes.txt", [1]), RecordedRun.Signer.Key).Findings);

    [Fact]
    public void A_cut_tail_is_found()
    {
        var lines = Text(PackFiles.Timeline).Split('\n');
        var findings = PackVerifier.Verify(Set(PackFiles.Timeline, string.Join('\n', lines[..^3]) + "\n"), RecordedRun.Signer.Key).Findings;
        Assert.Contains(findings, finding => finding.Kind == FindingKind.Tail);
        Assert.Contains(findings, finding => finding.Kind == FindingKind.Changed && finding.Where == PackFiles.Timeline);
    }

    public static TheoryData<string, Func<string[], string[]>> Rearrangements => new()
    {
        { "one event left out", lines => [.. lines[..5], .. lines[6..]] },
        { "two events swapped", lines => [.. lines[..5], lines[6], lines[5], .. lines[7..]] },
        { "one event twice", lines => [.. lines[..6], lines[5], .. lines[6..]] },
        { "one event changed", lines => [.. lines[..5], lines[5].Replace("\"at\":\"2026", "\"at\":\"2025"), .. lines[6..]] },
        { "no event at all", _ => [""] },
    };

    [Theory, MemberData(nameof(Rearrangements))]
    public void A_rearranged_chain_is_found_even_if_its_files_were_signed_anew(string what, Func<string[], string[]> rearrange)
    {
        var changed = Set(PackFiles.Timeline, string.Join('\n', rearrange(Text(PackFiles.Timeline).Split('\n'))));
        var findings = PackVerifier.Verify(SignedAnew(changed), RecordedRun.Signer.Key).Findings;
        Assert.True(findings.Any(finding => finding.Kind is FindingKind.Chain or FindingKind.Tail), what);
        Assert.DoesNotContain(findings, finding => finding.Kind is FindingKind.Changed or FindingKind.Signature);
    }

    [Fact]
    public void A_chain_rewritten_without_the_key_is_found()
    {
        var forged = Pack.Make(RecordedRuns.Recovered(approvalSeconds: 60).Events, RecordedRun.OtherSigner);
        Assert.Contains(PackVerifier.Verify(forged.SetItem(PackFiles.Signature, Made[PackFiles.Signature]), RecordedRun.Signer.Key).Findings,
            finding => finding.Kind is FindingKind.Signer or FindingKind.Changed);
        // The forger names the true key, but cannot sign with it.
        var named = Encoding.UTF8.GetString(forged[PackFiles.Manifest]).Replace(RecordedRun.OtherSigner.Key.Id, RecordedRun.Signer.Key.Id)
            .Replace(Escaped(RecordedRun.OtherSigner.Key.Pem), Escaped(RecordedRun.Signer.Key.Pem));
        Assert.Contains(PackVerifier.Verify(forged.SetItem(PackFiles.Manifest, Encoding.UTF8.GetBytes(named))).Findings,
            finding => finding.Kind is FindingKind.Signature or FindingKind.Changed);
    }

    [Fact]
    public void A_swapped_key_is_found_with_the_true_one_and_cannot_be_without()
    {
        var swapped = Pack.Make(Run.Events, RecordedRun.OtherSigner);
        Assert.Contains(PackVerifier.Verify(swapped, RecordedRun.Signer.Key).Findings, finding => finding.Kind == FindingKind.Signer);
        Assert.Equal(VerificationResult.SignerUnknown, PackVerifier.Verify(swapped).Result);
    }

    [Fact]
    public void A_chain_rewritten_by_the_holder_of_the_key_is_found_by_its_anchors()
    {
        var rewritten = RecordedRuns.Recovered(approvalSeconds: 60);
        var findings = PackVerifier.Verify(Pack.Make(rewritten.Events, RecordedRun.Signer), RecordedRun.Signer.Key, PackTests.AnchorsOf(Run)).Findings;
        Assert.All(findings, finding => Assert.Equal(FindingKind.Anchor, finding.Kind));
        Assert.NotEmpty(findings);
    }

    [Fact]
    public void A_tail_cut_by_the_holder_of_the_key_is_found_by_its_anchors()
    {
        var cut = Pack.Make([.. Run.Events.Take(Run.Events.Count - 4)], RecordedRun.Signer);
        Assert.Empty(PackVerifier.Verify(cut, RecordedRun.Signer.Key).Findings);
        var finding = Assert.Single(PackVerifier.Verify(cut, RecordedRun.Signer.Key, PackTests.AnchorsOf(Run)).Findings);
        Assert.Equal(FindingKind.Anchor, finding.Kind);
        Assert.EndsWith("its tail was cut off", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_anchor_that_the_journal_only_claims_is_found()
    {
        var run = SmallRun().Add(at => new RunEvent.HeadAnchored("end", 1, new string('0', 64), "somewhere", at));
        Assert.Contains(PackVerifier.Verify(Pack.Make(run.Events, RecordedRun.Signer), RecordedRun.Signer.Key).Findings, finding => finding.Kind == FindingKind.Anchor);
    }

    [Fact]
    public void Anchors_of_other_runs_say_nothing() => Assert.Empty(
        PackVerifier.Verify(Made, RecordedRun.Signer.Key, [new AnchorRecord("another", 3, new string('0', 64))]).Findings);

    [Fact]
    public void A_pinned_text_that_is_not_the_runs_own_is_found_even_if_it_was_signed() => Assert.Contains(
        PackVerifier.Verify(SignedAnew(Set(PackFiles.Playbook, "{}")), RecordedRun.Signer.Key).Findings,
        finding => finding is { Kind: FindingKind.Contradiction, Where: PackFiles.Playbook });

    [Fact]
    public void A_signed_report_that_says_something_else_than_the_events_is_noted() => Assert.Contains(
        PackVerifier.Verify(SignedAnew(Set(PackFiles.Report, "<p>All is well.</p>")), RecordedRun.Signer.Key).Notes,
        note => note.StartsWith("report.html is not what this version", StringComparison.Ordinal));

    [Fact]
    public void Anything_at_all_is_judged_and_never_throws()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        string[] texts = ["", "null", "[]", "{}", "{\"format\":\"playbooks-evidence/1\"}", "\u0000", "{\"sequence\":1,\"hash\":\"", Text(PackFiles.Manifest)];
        for (var round = 0; round < 200; round++)
        {
            var files = Made;
            foreach (var name in Made.Keys.Where(_ => random.Next(3) == 0))
                files = files.SetItem(name, Encoding.UTF8.GetBytes(texts[random.Next(texts.Length)]));
            var verification = PackVerifier.Verify(files, RecordedRun.Signer.Key);
            Assert.True(files == Made || verification.Result == VerificationResult.Broken || files.All(file => file.Value.AsSpan().SequenceEqual(Made[file.Key])), $"seed {seed}, round {round}");
        }
    }

    /// <summary>What the holder of the key would make of changed files.</summary>
    private static ImmutableSortedDictionary<string, byte[]> SignedAnew(ImmutableSortedDictionary<string, byte[]> files)
    {
        var manifest = PackManifest.Of(RecordedRun.RunId, Run.Events[^1], RecordedRun.Signer.Key, files.Remove(PackFiles.Manifest).Remove(PackFiles.Signature)).Write();
        return files.SetItem(PackFiles.Manifest, manifest)
            .SetItem(PackFiles.Signature, Core.Evidence.Signing.Dsse.Sign(PackManifest.PayloadType, manifest, RecordedRun.Signer).Write());
    }

    private static RecordedRun SmallRun() => new RecordedRun().Start("""{"playbook":"small","version":"1.0.0"}""").Anchor("start")
        .Add(at => new RunEvent.RunEnded(RunOutcome.Completed, RtoVerdict.NoObjective, [], [], null, at));

    private static ImmutableSortedDictionary<string, byte[]> Set(string name, string text) => Made.SetItem(name, Encoding.UTF8.GetBytes(text));

    private static string Text(string name) => Encoding.UTF8.GetString(Made[name]);

    private static string Escaped(string pem) => JsonData.Of(pem).Text;
}
