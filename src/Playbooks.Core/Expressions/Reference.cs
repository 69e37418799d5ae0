using System.Collections.Immutable;

namespace Playbooks.Core.Expressions;

/// <summary>A place in the scope that an expression may read.</summary>
/// <param name="Path">Names from the root, such as steps, choose, output, version; ends where an index, wildcard or function takes over. Empty when the whole scope is read.</param>
/// <param name="Guarded">
/// The expression copes with nothing being there: it reads it inside <c>coalesce</c>, <c>not_null</c>, <c>require</c> or the condition of an
/// <c>if</c>, or in a branch of an <c>if</c> whose condition reads the <c>status</c> of the same step.
/// </param>
/// <param name="Offset">Where the path begins in the text.</param>
public sealed record Reference(ImmutableArray<string> Path, bool Guarded, int Offset);
