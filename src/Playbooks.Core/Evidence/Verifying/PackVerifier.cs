using System.Text;
using Playbooks.Core.Decisions;
using Playbooks.Core.Evidence.Signing;

namespace Playbooks.Core.Evidence.Verifying;

/// <summary>
/// Checks a pack without asking anybody. It finds any changed byte; a chain that was rewritten or cut by the holder of the key it finds only
/// with heads that were anchored outside.
/// </summary>
public static class PackVerifier
{
    /// <param name="files">The pack's files by name.</param>
    /// <param name="key">The signer's public key, from outside the pack; null when there is none.</param>
    /// <param name="anchors">Heads fetched from where another identity keeps them; null when they were not.</param>
    public static Verification Verify(IReadOnlyDictionary<string, byte[]> files, EvidenceKey? key = null, IReadOnlyCollection<AnchorRecord>? anchors = null)
    {
        var findings = new List<Finding>();
        var notes = new List<string>();
        var manifest = ManifestOf(files, findings);
        if (manifest is not null)
        {
            CheckSignature(files, manifest, key, findings);
            CheckFiles(files, manifest, findings);
            CheckTimeline(files, manifest, anchors, findings, notes);
        }
        if (key is null)
            notes.Add("No key from outside was given: anybody who can write this folder could have signed it with a key of their own.");
        if (anchors is null)
            notes.Add("No anchored heads were given: a rewriting or a cut by the holder of the key would not show.");
        var result = findings.Count > 0 ? VerificationResult.Broken : key is null ? VerificationResult.SignerUnknown : VerificationResult.Verified;
        return new(result, [.. findings], [.. notes], manifest?.Run, manifest?.Head, manifest?.Sequence, manifest?.Signer.KeyId);
    }

    private static PackManifest? ManifestOf(IReadOnlyDictionary<string, byte[]> files, List<Finding> findings)
    {
        if (!files.TryGetValue(PackFiles.Manifest, out var bytes))
        {
            findings.Add(new(FindingKind.Missing, PackFiles.Manifest, "is not there, so nothing can be checked"));
            return null;
        }
        var manifest = PackManifest.Read(bytes);
        if (manifest is null)
            findings.Add(new(FindingKind.Malformed, PackFiles.Manifest, $"is no manifest of the form {PackManifest.CurrentFormat}, so nothing can be checked"));
        return manifest;
    }

    private static void CheckSignature(IReadOnlyDictionary<string, byte[]> files, PackManifest manifest, EvidenceKey? key, List<Finding> findings)
    {
        if (EvidenceKey.FromPem(manifest.Signer.PublicKey) is not { } named || named.Id != manifest.Signer.KeyId)
        {
            findings.Add(new(FindingKind.Malformed, PackFiles.Manifest, "names a signer whose key and key id do not belong together"));
            return;
        }
        if (key is not null && key.Id != named.Id)
            findings.Add(new(FindingKind.Signer, PackFiles.Manifest, $"is signed by the key {named.Id}, not by the one given ({key.Id})"));
        if (!files.TryGetValue(PackFiles.Signature, out var bytes))
            findings.Add(new(FindingKind.Missing, PackFiles.Signature, "is not there: nobody has signed this"));
        else if (Dsse.Read(bytes) is not { } envelope)
            findings.Add(new(FindingKind.Malformed, PackFiles.Signature, "is not a DSSE envelope in its one written form"));
        else if (envelope.PayloadType != PackManifest.PayloadType || !envelope.Payload.AsSpan().SequenceEqual(files[PackFiles.Manifest]))
            findings.Add(new(FindingKind.Changed, PackFiles.Manifest, "is not what was signed"));
        else if (envelope.KeyId != named.Id || !envelope.IsSignedBy(key ?? named))
            findings.Add(new(FindingKind.Signature, PackFiles.Signature, "is not the signature of that key over the manifest"));
    }

    private static void CheckFiles(IReadOnlyDictionary<string, byte[]> files, PackManifest manifest, List<Finding> findings)
    {
        foreach (var listed in manifest.Files)
        {
            if (!files.TryGetValue(listed.Name, out var content))
                findings.Add(new(FindingKind.Missing, listed.Name, "was signed and is not there"));
            else if (PackFile.Of(listed.Name, content) != listed)
                findings.Add(new(FindingKind.Changed, listed.Name, content.Length == listed.Bytes
                    ? "is not what was signed" : $"is not what was signed: {content.Length} bytes instead of {listed.Bytes}"));
        }
        var names = manifest.Files.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var unlisted in PackFiles.Listed.Where(name => !names.Contains(name)))
            findings.Add(new(FindingKind.Missing, unlisted, "belongs to every pack and is not in the manifest"));
        foreach (var extra in files.Keys.Where(name => name is not (PackFiles.Manifest or PackFiles.Signature) && !names.Contains(name)).Order(StringComparer.Ordinal))
            findings.Add(new(FindingKind.Extra, extra, "is in the folder and was not signed"));
    }

    private static void CheckTimeline(IReadOnlyDictionary<string, byte[]> files, PackManifest manifest, IReadOnlyCollection<AnchorRecord>? anchors,
        List<Finding> findings, List<string> notes)
    {
        if (!files.TryGetValue(PackFiles.Timeline, out var timeline))
            return;
        var chain = ChainCheck.Of(timeline, manifest.Run, findings);
        var last = chain.Lines.IsEmpty ? default : chain.Lines[^1];
        if (last.Sequence != manifest.Sequence || last.Hash != manifest.Head)
            findings.Add(new(FindingKind.Tail, PackFiles.Timeline, last.Sequence < manifest.Sequence
                ? $"ends at event {last.Sequence}; it was signed up to {manifest.Sequence}: its tail was cut off"
                : $"does not end at the head that was signed (event {manifest.Sequence})"));
        CheckAnchors(chain, manifest.Run, anchors, findings, notes);
        if (chain.Events is { } events)
            CheckContents(files, events, manifest, findings, notes);
    }

    private static void CheckAnchors(ChainCheck chain, string run, IReadOnlyCollection<AnchorRecord>? given, List<Finding> findings, List<string> notes)
    {
        var journalled = (chain.Events ?? []).Select(stored => stored.Event).OfType<RunEvent.HeadAnchored>().ToList();
        foreach (var anchored in journalled.Where(anchored => !Holds(chain, anchored.Sequence, anchored.Head)))
            findings.Add(new(FindingKind.Anchor, PackFiles.Timeline, $"says that the head of event {anchored.Sequence} was anchored as {anchored.Head}, which it is not"));
        if (given is null)
            return;
        var ofRun = given.Where(anchor => anchor.RunId == run).ToList();
        foreach (var anchor in ofRun.Where(anchor => !Holds(chain, anchor.Sequence, anchor.Head)))
            findings.Add(new(FindingKind.Anchor, PackFiles.Timeline, anchor.Sequence > chain.Lines.Length
                ? $"ends at event {chain.Lines.Length}, but the head of event {anchor.Sequence} is anchored outside: its tail was cut off"
                : $"has another event {anchor.Sequence} than the one whose head is anchored outside: the chain was rewritten"));
        notes.Add($"{ofRun.Count} anchored heads of this run were compared.");
        foreach (var absent in journalled.Where(anchored => ofRun.All(anchor => anchor.Sequence != anchored.Sequence)))
            notes.Add($"The head of event {absent.Sequence}, anchored at {absent.Location}, is not among the anchors given.");
    }

    private static bool Holds(ChainCheck chain, long sequence, string head) =>
        sequence >= 1 && sequence <= chain.Lines.Length && chain.Lines[(int)sequence - 1].Hash == head;

    private static void CheckContents(IReadOnlyDictionary<string, byte[]> files, IReadOnlyList<StoredEvent> events, PackManifest manifest,
        List<Finding> findings, List<string> notes)
    {
        var started = (RunEvent.RunStarted)events[0].Event;
        Pinned(PackFiles.Playbook, started.Playbook);
        Pinned(PackFiles.Environment, started.Environment);
        if (!events.Any(stored => stored.Event is RunEvent.RunEnded or RunEvent.RunParked))
            notes.Add("The run had not ended when this pack was made.");
        if (findings.Count > 0)
            return;
        foreach (var (name, content) in Pack.Contents(events, manifest.Signer.KeyId))
            if (name is not (PackFiles.Playbook or PackFiles.Environment) && files.TryGetValue(name, out var found) && !found.AsSpan().SequenceEqual(content))
                notes.Add($"{name} is not what this version of the tool makes of the timeline; another version may have made it.");

        void Pinned(string name, PinnedText text)
        {
            if (files.TryGetValue(name, out var found) && !found.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(text.Text)))
                findings.Add(new(FindingKind.Contradiction, name, "is not the text that the run's first event holds"));
            if (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text.Text))) != text.Digest)
                findings.Add(new(FindingKind.Contradiction, ChainCheck.Line(1), $"holds a text for {name} that has another digest than it says"));
        }
    }
}
