using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Simulation;

/// <summary>Compares states by value to the bottom, which their records cannot: immutable collections are equal only to themselves.</summary>
internal static class Same
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Properties = new();

    /// <returns>Where they differ; null when they do not.</returns>
    internal static string? Difference(object? one, object? other, string at = "run")
    {
        switch (one, other)
        {
            case var _ when ReferenceEquals(one, other):
                return null;
            case (null, _) or (_, null):
                return $"{at}: {one ?? "nothing"} and {other ?? "nothing"}";
            case var _ when one.GetType() != other.GetType():
                return $"{at}: {one.GetType().Name} and {other.GetType().Name}";
            // A text's digest stands beside it in the run's start.
            case (Playbook or DeploymentEnvironment or Step, _):
                return null;
            case (JsonData or string or CommandId, _) or (System.ValueType, _) when one is not IEnumerable || one is string:
                return one.Equals(other) ? null : $"{at}: {one} and {other}";
            case (StepStates first, StepStates second):
                return Difference(first.All.ToDictionary(), second.All.ToDictionary(), at) ?? Difference(first.Effects.ToDictionary(), second.Effects.ToDictionary(), at + ".Effects");
            case (IDictionary first, IDictionary second):
                return first.Count != second.Count ? $"{at}: {first.Count} and {second.Count} entries"
                    : first.Keys.Cast<object>().Select(key => second.Contains(key) ? Difference(first[key], second[key], $"{at}[{key}]") : $"{at}: no {key}").FirstOrDefault(found => found is not null);
            case (IEnumerable first, IEnumerable second):
                var (left, right) = (first.Cast<object?>().ToList(), second.Cast<object?>().ToList());
                return left.Count != right.Count ? $"{at}: {left.Count} and {right.Count} entries"
                    : one.GetType().Name.StartsWith("ImmutableHashSet", StringComparison.Ordinal) ? (left.ToHashSet().SetEquals(right) ? null : $"{at}: other entries")
                    : left.Select((value, index) => Difference(value, right[index], $"{at}[{index}]")).FirstOrDefault(found => found is not null);
            default:
                return Properties.GetOrAdd(one.GetType(), type => [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0)])
                    .Select(property => Difference(property.GetValue(one), property.GetValue(other), $"{at}.{property.Name}")).FirstOrDefault(found => found is not null);
        }
    }
}
