using System.Collections.Immutable;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>An approval as people are asked it. A vote names the digest, so nobody approves what was not shown.</summary>
/// <param name="Roles">Environment roles whose holders may vote now; escalation adds to them.</param>
/// <param name="Covered">Step id → resolved inputs, where they are known.</param>
/// <param name="Digest">SHA-256 over playbook, covered inputs and targets.</param>
public sealed record OpenApproval(string Path, int Round, ImmutableArray<string> Roles, int Quorum, string Message, JsonData Covered,
    string Digest, DateTimeOffset OpenedAt, DateTimeOffset Until, string OnTimeout)
{
    /// <summary><see cref="Votes.ViaPage"/> where only the signed-in page takes the decision; null where any way does.</summary>
    public string? DecideOn { get; init; }

    public bool Equals(OpenApproval? other) =>
        other is not null && Path == other.Path && Round == other.Round && Digest == other.Digest && Until == other.Until
        && Roles.SequenceEqual(other.Roles);

    public override int GetHashCode() => HashCode.Combine(Path, Round, Digest);
}
