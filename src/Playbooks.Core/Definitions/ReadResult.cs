using System.Collections.Immutable;

namespace Playbooks.Core.Definitions;

/// <summary>What reading a file gave: something valid, or everything that is wrong with it.</summary>
public abstract record ReadResult<T>
{
    private ReadResult() { }

    public sealed record Valid(T Value) : ReadResult<T>;

    /// <param name="Errors">Never empty, in the order of the text.</param>
    public sealed record Invalid(ImmutableArray<AuthorError> Errors) : ReadResult<T>;
}
