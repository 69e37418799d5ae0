using System.Collections.Immutable;

namespace Playbooks.Core.Definitions.Reading;

/// <summary>Errors of one reading, of all files that it read.</summary>
internal sealed class ErrorList
{
    /// <summary>Enough to work through. A hostile text could have a hundred thousand.</summary>
    public const int Max = 200;

    private readonly List<AuthorError> errors = [];
    private readonly HashSet<(string, int, int, string, string)> seen = [];

    public bool Any => errors.Count > 0;

    public bool Full => errors.Count >= Max;

    /// <summary>The same error at the same place says nothing new; two fields that one object lacks are two.</summary>
    public void Add(AuthorError error)
    {
        if (!Full && seen.Add((error.File, error.Line, error.Column, error.Code, error.Message)))
            errors.Add(error);
    }

    public ImmutableArray<AuthorError> InOrder()
    {
        var ordered = errors.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line).ThenBy(error => error.Column)
            .ThenBy(error => error.Code, StringComparer.Ordinal);
        return Full
            ? [.. ordered, new AuthorError(errors[0].File, 1, 1, "$", ErrorCodes.TooManyErrors.Code, $"There are more than {Max} errors.", "Mend these first.")]
            : [.. ordered];
    }
}
