namespace Playbooks.Sqlite;

/// <summary>The journal cannot be opened or can no longer be written. Nothing was overwritten.</summary>
public class JournalException : Exception
{
    public JournalException(string what, string remedy, Exception? inner = null) : base($"{what} {remedy}", inner) =>
        (What, Remedy) = (what, remedy);

    /// <summary>What is wrong, one sentence.</summary>
    public string What { get; }

    /// <summary>What a person can do about it.</summary>
    public string Remedy { get; }
}

/// <summary>Another process owns the journal now: this one may append nothing more and must stop.</summary>
public sealed class JournalFencedException(long mine, long current) : JournalException(
    $"Another process took the journal over (epoch {current}; this one has epoch {mine}).",
    "Stop this process; the other one goes on with its runs.");
