using System.Collections.Frozen;
using System.Collections.Immutable;
using static Playbooks.Core.Expressions.ValueTypes;

namespace Playbooks.Core.Expressions;

/// <summary>All functions: those of the JMESPath standard, then ours. All are pure.</summary>
internal static class FunctionTable
{
    private static readonly FrozenDictionary<string, Function> All = new Function[]
    {
        new("abs", [Number], Number, NumberFunctions.Abs),
        new("avg", [NumberArray], Number | Null, NumberFunctions.Avg),
        new("ceil", [Number], Number, NumberFunctions.Ceil),
        new("contains", [ValueTypes.Array | ValueTypes.String, Any], ValueTypes.Boolean, CollectionFunctions.Contains),
        new("ends_with", [ValueTypes.String, ValueTypes.String], ValueTypes.Boolean, TextFunctions.EndsWith),
        new("floor", [Number], Number, NumberFunctions.Floor),
        new("join", [ValueTypes.String, StringArray], ValueTypes.String, TextFunctions.Join),
        new("keys", [ValueTypes.Object], ValueTypes.Array, CollectionFunctions.Keys),
        new("length", [ValueTypes.String | ValueTypes.Array | ValueTypes.Object], Number, CollectionFunctions.Length),
        new("map", [ValueTypes.Reference, ValueTypes.Array], ValueTypes.Array, CollectionFunctions.Map),
        new("max", [NumberArray | StringArray], Number | ValueTypes.String | Null, OrderFunctions.Max),
        new("max_by", [ValueTypes.Array, ValueTypes.Reference], Any, OrderFunctions.MaxBy),
        new("merge", [ValueTypes.Object], ValueTypes.Object, CollectionFunctions.Merge, LastRepeats: true),
        new("min", [NumberArray | StringArray], Number | ValueTypes.String | Null, OrderFunctions.Min),
        new("min_by", [ValueTypes.Array, ValueTypes.Reference], Any, OrderFunctions.MinBy),
        new("not_null", [Any], Any, LazyFunctions.FirstNotNull, LastRepeats: true, IsLazy: true),
        new("reverse", [ValueTypes.Array | ValueTypes.String], ValueTypes.Array | ValueTypes.String, CollectionFunctions.Reverse),
        new("sort", [NumberArray | StringArray], ValueTypes.Array, OrderFunctions.Sort),
        new("sort_by", [ValueTypes.Array, ValueTypes.Reference], ValueTypes.Array, OrderFunctions.SortBy),
        new("starts_with", [ValueTypes.String, ValueTypes.String], ValueTypes.Boolean, TextFunctions.StartsWith),
        new("sum", [NumberArray], Number, NumberFunctions.Sum),
        new("to_array", [Any], ValueTypes.Array, CollectionFunctions.ToArray),
        new("to_number", [Any], Number | Null, NumberFunctions.ToNumber),
        new("to_string", [Any], ValueTypes.String, TextFunctions.ToText),
        new("type", [Any], ValueTypes.String, TextFunctions.TypeName),
        new("values", [ValueTypes.Object], ValueTypes.Array, CollectionFunctions.Values),

        new("coalesce", [Any], Any, LazyFunctions.FirstNotNull, LastRepeats: true, IsLazy: true),
        new("if", [Any, Any, Any], Any, LazyFunctions.If, IsLazy: true),
        new("require", [Any, ValueTypes.String], Any, LazyFunctions.Require, IsLazy: true),
        new("sha256", [ValueTypes.String], ValueTypes.String, TextFunctions.Sha256),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary>In alphabetical order.</summary>
    public static ImmutableArray<string> Names { get; } = [.. All.Keys.Order(StringComparer.Ordinal)];

    public static Function? Find(string name) => All.GetValueOrDefault(name);
}
