namespace Playbooks.Connectors.Erasures;

/// <summary>Subjects of erasures, by pseudonym.</summary>
public sealed class ErasedSubjects
{
    /// <summary>Where an environment has no erasure ledger: nobody is erased and nobody has a pseudonym.</summary>
    public static readonly ErasedSubjects None = new(_ => null, new HashSet<string>(), 0);

    private readonly Func<string, string?> pseudonym;
    private readonly IReadOnlySet<string> erased;

    internal ErasedSubjects(Func<string, string?> pseudonym, IReadOnlySet<string> erased, int entries) =>
        (this.pseudonym, this.erased, Entries) = (pseudonym, erased, entries);

    /// <summary>Of the ledger; a subject may have several.</summary>
    public int Entries { get; }

    /// <summary>Keyed digest of the subject's id, the ledger's own.</summary>
    public string? PseudonymOf(string subject) => pseudonym(subject);

    /// <param name="pseudonym">Of a subject.</param>
    public bool Contains(string pseudonym) => erased.Contains(pseudonym);

    public bool ContainsSubject(string subject) => PseudonymOf(subject) is { } known && erased.Contains(known);
}
