using System.Collections.Immutable;

namespace Playbooks.Core.Expressions;

/// <summary>
/// Walks a tree and notes which paths of the scope it reads. Each visit answers with the path that the node's value is, if it is still
/// nothing but a path from the root; whoever uses such a value for something else notes it as read.
/// </summary>
internal sealed class ReferenceFinder
{
    private const string Status = "status";

    private readonly ImmutableArray<Reference>.Builder found = ImmutableArray.CreateBuilder<Reference>();

    public static ImmutableArray<Reference> Find(ExpressionNode root)
    {
        var finder = new ReferenceFinder();
        finder.Read(root, new Route([], root.Offset), Guards.None);
        return [.. finder.found.OrderBy(reference => reference.Offset)];
    }

    /// <summary>Visits a node whose value is used as it is.</summary>
    private void Read(ExpressionNode node, Route? current, Guards guards) => Note(Visit(node, current, guards), guards);

    private Route? Visit(ExpressionNode node, Route? current, Guards guards)
    {
        switch (node)
        {
            case ExpressionNode.Current:
                return current;
            case ExpressionNode.Field field:
                return current?.To(field);
            case ExpressionNode.Chain chain:
                return VisitChain(chain, current, guards);
            case ExpressionNode.Index index:
                Read(index.Target, current, guards);
                return null;
            case ExpressionNode.Slice slice:
                Read(slice.Target, current, guards);
                return null;
            case ExpressionNode.Flatten flatten:
                Read(flatten.Target, current, guards);
                return null;
            // Inside a body and a condition the current value is an item, no path from the root: nothing there reads the scope.
            case ExpressionNode.ListProjection projection:
                Read(projection.Target, current, guards);
                return null;
            case ExpressionNode.ObjectProjection projection:
                Read(projection.Target, current, guards);
                return null;
            case ExpressionNode.FilterProjection projection:
                Read(projection.Target, current, guards);
                return null;
            case ExpressionNode.MultiSelectList select:
                ReadAll(select.Items, current, guards);
                return null;
            case ExpressionNode.MultiSelectHash select:
                ReadAll(select.Entries.Select(entry => entry.Value), current, guards);
                return null;
            case ExpressionNode.And and:
                ReadAll([and.Left, and.Right], current, guards);
                return null;
            case ExpressionNode.Or or:
                ReadAll([or.Left, or.Right], current, guards);
                return null;
            case ExpressionNode.Comparison comparison:
                ReadAll([comparison.Left, comparison.Right], current, guards);
                return null;
            case ExpressionNode.Not not:
                Read(not.Operand, current, guards);
                return null;
            case ExpressionNode.Call call:
                VisitCall(call, current, guards);
                return null;
            case ExpressionNode.ExpressionReference or ExpressionNode.Literal:
                return null;
            default:
                throw new System.Diagnostics.UnreachableException(node.ToString());
        }
    }

    private Route? VisitChain(ExpressionNode.Chain chain, Route? current, Guards guards)
    {
        var left = Visit(chain.Left, current, guards);
        var before = found.Count;
        var right = Visit(chain.Right, left, guards);
        // The right side may ignore what the left one read, which a checker still wants to see.
        if (right is null && found.Count == before)
            Note(left, guards);
        return right;
    }

    private void VisitCall(ExpressionNode.Call call, Route? current, Guards guards)
    {
        switch (call.Function)
        {
            case "coalesce" or "not_null":
                ReadAll(call.Arguments, current, Guards.All);
                break;
            case "require":
                Read(call.Arguments[0], current, Guards.All);
                Read(call.Arguments[1], current, guards);
                break;
            case "if":
                var before = found.Count;
                Read(call.Arguments[0], current, Guards.All);
                var inBranches = guards.And(found.Skip(before).Where(r => r.Path is [_, .., Status]).Select(r => r.Path[..^1]));
                ReadAll(call.Arguments.Skip(1), current, inBranches);
                break;
            default:
                ReadAll(call.Arguments, current, guards);
                break;
        }
    }

    private void ReadAll(IEnumerable<ExpressionNode> nodes, Route? current, Guards guards)
    {
        foreach (var node in nodes)
            Read(node, current, guards);
    }

    private void Note(Route? route, Guards guards)
    {
        if (route is not null)
            found.Add(new Reference(route.Path, guards.Cover(route.Path), route.Offset));
    }

    /// <summary>A path from the root and where it begins in the text.</summary>
    private sealed record Route(ImmutableArray<string> Path, int Offset)
    {
        public Route To(ExpressionNode.Field field) => new(Path.Add(field.Name), Path.IsEmpty ? field.Offset : Offset);
    }

    /// <summary>Which reads are guarded here: all, or those below some paths.</summary>
    private sealed record Guards(bool Everything, ImmutableArray<ImmutableArray<string>> Prefixes)
    {
        public static readonly Guards None = new(false, []);
        public static readonly Guards All = new(true, []);

        public Guards And(IEnumerable<ImmutableArray<string>> prefixes) => this with { Prefixes = Prefixes.AddRange(prefixes) };

        public bool Cover(ImmutableArray<string> path) =>
            Everything || Prefixes.Any(prefix => path.AsSpan().StartsWith(prefix.AsSpan()));
    }
}
