using System.Collections.Immutable;

namespace Playbooks.Core.Evidence.Verifying;

/// <summary>What verifying a pack has shown.</summary>
/// <param name="Findings">Everything that is wrong, not only the first.</param>
/// <param name="Notes">What was and was not looked at; wrong by itself is none of it.</param>
public sealed record Verification(VerificationResult Result, ImmutableArray<Finding> Findings, ImmutableArray<string> Notes, string? RunId, string? Head,
    long? Sequence, string? SignerKeyId)
{
    /// <summary>For machines.</summary>
    public string ToJson() => System.Text.Encoding.UTF8.GetString(PackJson.Write(this)).TrimEnd();

    /// <summary>In one line.</summary>
    public string Summary => Result switch
    {
        VerificationResult.Verified => "verified",
        VerificationResult.SignerUnknown => "consistent, signer unknown",
        VerificationResult.Broken => Findings.Length == 1 ? "NOT verified: 1 finding" : $"NOT verified: {Findings.Length} findings",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

public enum VerificationResult
{
    /// <summary>Unchanged, and signed by the key that was given.</summary>
    Verified,
    /// <summary>Of one piece, but no key from outside was given to say whose.</summary>
    SignerUnknown,
    Broken,
}

/// <param name="Where">A file, or a file and a line.</param>
public sealed record Finding(FindingKind Kind, string Where, string What)
{
    public override string ToString() => $"{Where}: {What}";
}

public enum FindingKind
{
    /// <summary>A file that must be there is not.</summary>
    Missing,
    /// <summary>A file that nobody signed.</summary>
    Extra,
    /// <summary>A file's bytes are not those that were signed.</summary>
    Changed,
    /// <summary>A file cannot be read as what it must be.</summary>
    Malformed,
    /// <summary>The signature does not belong to the manifest.</summary>
    Signature,
    /// <summary>Signed by another key than the one given.</summary>
    Signer,
    /// <summary>An event was changed, left out, added or moved.</summary>
    Chain,
    /// <summary>The timeline ends elsewhere than it was signed to end.</summary>
    Tail,
    /// <summary>A head that was anchored outside is not in the chain.</summary>
    Anchor,
    /// <summary>Files of the pack contradict each other.</summary>
    Contradiction,
}
