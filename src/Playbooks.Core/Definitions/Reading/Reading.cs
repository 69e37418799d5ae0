namespace Playbooks.Core.Definitions.Reading;

/// <summary>What all readers of one text share.</summary>
/// <param name="Inlined">Texts inlined so far, over all depths.</param>
/// <param name="Chain">Digests from the outermost text to this one.</param>
internal sealed record Reading(Document Document, ErrorList Errors, FactTable Facts, Scope Scope, Defaults Defaults,
    Func<PlaybookPin, PlaybookSource?>? Resolver, List<InlinedText> Inlined, IReadOnlyList<string> Chain)
{
    /// <summary>Blocks around what is being read.</summary>
    public int BlockDepth { get; init; }

    public Reading Inside() => this with { BlockDepth = BlockDepth + 1 };
}

/// <summary>What applies where a step says nothing.</summary>
/// <param name="Retry">Where neither step nor playbook says anything, nothing is retried.</param>
internal sealed record Defaults(TimeSpan Timeout, RetryRule? Retry)
{
    public static Defaults BuiltIn { get; } = new(Limits.TimeoutDefault, null);

    /// <summary>Fills what a written <c>retry</c> leaves out.</summary>
    public static RetryRule RetryParts { get; } = new(3, TimeSpan.FromSeconds(5), 2, TimeSpan.FromSeconds(30),
        [ErrorKind.Transient, ErrorKind.Timeout, ErrorKind.Throttled]);
}
