using System.Collections.Immutable;
using Playbooks.Core.Expressions;

namespace Playbooks.Core.Definitions;

/// <summary>
/// Binds the logical names of playbooks to targets, identities and secrets (by reference).
/// A drill cannot name a live target, because its environment does not contain one.
/// </summary>
public sealed record DeploymentEnvironment
{
    internal DeploymentEnvironment() { }

    public required string Name { get; init; }
    public required EnvironmentKind Kind { get; init; }
    public ImmutableSortedDictionary<string, StorageAccount> Storage { get; init; } = ImmutableSortedDictionary<string, StorageAccount>.Empty;
    public ImmutableSortedDictionary<string, GatewayTarget> Gateways { get; init; } = ImmutableSortedDictionary<string, GatewayTarget>.Empty;
    public ImmutableSortedDictionary<string, ModelTarget> Models { get; init; } = ImmutableSortedDictionary<string, ModelTarget>.Empty;
    public ImmutableSortedDictionary<string, QueueTarget> Queues { get; init; } = ImmutableSortedDictionary<string, QueueTarget>.Empty;
    public ImmutableSortedDictionary<string, ChannelTarget> Channels { get; init; } = ImmutableSortedDictionary<string, ChannelTarget>.Empty;
    /// <summary>Null where nobody is reached through Teams.</summary>
    public TeamsTarget? Teams { get; init; }
    /// <summary>
    /// Group name → who belongs to it: people by id (<c>entra:OBJECT-ID</c>, <c>dev:NAME</c>, <c>local:USER</c>) and whole groups of the
    /// directory, as <c>group:OBJECT-ID</c>.
    /// </summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Roles { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;
    /// <summary>What the members of groups may do here, beside deciding where a playbook names them. Who stands nowhere may do nothing.</summary>
    public ImmutableSortedDictionary<AccessRole, ImmutableArray<string>> Access { get; init; } = ImmutableSortedDictionary<AccessRole, ImmutableArray<string>>.Empty;
    /// <summary>Null where people sign in as the host is set up to ask for.</summary>
    public SignInWay? SignIn { get; init; }
    /// <summary>The erasure ledger: a table outside everything that is restored.</summary>
    public TableTarget? Erasures { get; init; }
    public required ContainerTarget Evidence { get; init; }
    /// <summary>Where chain heads are anchored; another identity's storage.</summary>
    public required ContainerTarget Anchor { get; init; }
    public ImmutableArray<string> HttpOrigins { get; init; } = [];
    public required SigningKeys Signing { get; init; }
    public DrillSettings? Drill { get; init; }
    /// <summary>The exact text that was read; secrets stand in it only as references.</summary>
    public required string Text { get; init; }
    /// <summary>SHA-256 of <see cref="Text"/>, lower hex. Part of what an approval binds to.</summary>
    public required string Digest { get; init; }
}

public enum EnvironmentKind { Live, Drill }

/// <summary>What somebody is to this product. What each may do stands in one table, beside the doors.</summary>
public enum AccessRole
{
    /// <summary>Writes playbooks and drills them.</summary>
    Author,
    /// <summary>Starts runs, confirms what was done by hand.</summary>
    Operator,
    /// <summary>Votes.</summary>
    Approver,
    /// <summary>Gives orders to runs: pause, resume, cancel, retry, skip.</summary>
    Commander,
    /// <summary>Reads everything, the evidence too, and changes nothing.</summary>
    Auditor,
}

/// <summary>How people sign in on the pages of a host, where the environment itself says so.</summary>
public enum SignInWay
{
    /// <summary>
    /// As whomever of the environment's <c>dev:</c> people one likes, without proof, at this machine alone. An environment that knows anybody of a
    /// directory cannot have it.
    /// </summary>
    Development,
}

/// <summary>A secret by reference: <c>env:NAME</c>, <c>file:PATH</c>. Never its value.</summary>
public readonly record struct SecretReference(string Value);

/// <summary>A storage account, by its connection string (a secret) or by its URLs with a managed identity.</summary>
/// <param name="ClientId">User-assigned identity; null for the default credential chain.</param>
public sealed record StorageAccount(SecretReference? ConnectionString, Uri? BlobUrl, Uri? QueueUrl, Uri? TableUrl, string? ClientId);

public sealed record ContainerTarget(string Storage, string Container, string Prefix = "");

public sealed record TableTarget(string Storage, string Table);

/// <param name="State">Container of the gateway's state blobs and heartbeats.</param>
/// <param name="Data">Where callers reach it; used by <c>model.verify</c> with <c>through: gateway</c>.</param>
public sealed record GatewayTarget(ContainerTarget State, Uri? Data);

/// <param name="Service">Base URL of the model's service.</param>
/// <param name="Suites">Suite name → file of golden requests, relative to the environment file.</param>
public sealed record ModelTarget(ArtifactTarget Artifacts, string Gateway, Uri? Service, string DefaultSuite,
    ImmutableSortedDictionary<string, string> Suites)
{
    /// <summary>Set in drill environments only: where the service takes faults.</summary>
    public Uri? Faults { get; init; }
}

/// <param name="HoldsPersonalData">True demands <c>erasures.reapply</c> after a restore.</param>
/// <param name="DataSets">Files of the artifact that hold subjects: file name → JSON property with the subject's id.</param>
public sealed record ArtifactTarget(ContainerTarget At, ArtifactLayout Layout, bool HoldsPersonalData,
    ImmutableSortedDictionary<string, string> DataSets);

public enum ArtifactLayout { Pointer, VersionedPath }

/// <param name="Classifier">JMESPath over the letter's body, for letters without our envelope.</param>
public sealed record QueueTarget(string Storage, string DeadLetter, string Work, string LedgerTable, ConsumerKind Consumer,
    Expression? Classifier, Expression? Key, Expression? Order, Expression? Subject);

/// <summary>Whether the consumer drops a letter whose key it has seen.</summary>
public enum ConsumerKind { Keyed, Unkeyed }

public sealed record ChannelTarget(ChannelKind Kind)
{
    /// <summary>Of a channel in Teams: its id, <c>19:…@thread.tacv2</c>.</summary>
    public string? Channel { get; init; }
}

public enum ChannelKind { Terminal, Teams }

/// <param name="Artifacts">Private key (PEM, P-256) that signs manifests, if this environment may publish.</param>
/// <param name="ArtifactsPublic">Public key that manifests must verify with.</param>
/// <param name="Evidence">Private key (PEM, P-256) that signs evidence packs.</param>
public sealed record SigningKeys(SecretReference? Artifacts, SecretReference ArtifactsPublic, SecretReference Evidence);

/// <param name="HoldAtMost">Longer holds are shortened to this, and the evidence says so.</param>
/// <param name="RaiseAlert">True: nothing watches here, so the drill raises the alert itself.</param>
/// <param name="ScriptedApprover">Identity that <c>--approve</c> votes as.</param>
public sealed record DrillSettings(TimeSpan? HoldAtMost, bool RaiseAlert, string? ScriptedApprover);
