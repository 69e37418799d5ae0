using System.Globalization;

namespace Playbooks.Core.Definitions;

/// <summary>One thing that the author of a file has to mend. A value, never an exception.</summary>
/// <param name="File">As the caller named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in UTF-16 code units, as editors count.</param>
/// <param name="Path">JSON path of the value, for example <c>$.steps[2].with.model</c>.</param>
/// <param name="Code">Stable; see <see cref="ErrorCodes"/>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Remedy">How to mend it.</param>
public sealed record AuthorError(string File, int Line, int Column, string Path, string Code, string Message, string Remedy)
{
    /// <summary>As compilers write it, so that editors make it a link.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{File}({Line},{Column}): {Code}: {Message} {Remedy}");
}
