using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Playbooks.Core.Definitions;

namespace Playbooks.Core.Decisions;

/// <summary>
/// A folded run as JSON, for a shell that hands it from one process to the next instead of folding the journal again. No record: the
/// journal is that. What follows from the pinned texts is not written but read from them again.
/// </summary>
public static class RunJson
{
    /// <summary>Rises when a run that was written before could not be read any more.</summary>
    public const int Format = 2;

    private const string Kind = "is";
    /// <summary>Deeper than any text that is accepted, and the states around it.</summary>
    private const int DepthMax = 256;
    private static readonly Type[] Hierarchies = [typeof(StepState), typeof(Stage), typeof(RunPhase)];

    /// <summary>How a run is written; for what carries one along with more.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    public static byte[] Write(Run run) => JsonSerializer.SerializeToUtf8Bytes(run, Options);

    /// <exception cref="JsonException">The bytes are no run that this version knows.</exception>
    public static Run Read(ReadOnlySpan<byte> json) => Whole(JsonSerializer.Deserialize<Run>(json, Options) ?? throw new JsonException("A run cannot be null."));

    /// <summary>Puts back what is not written: playbook, environment, and the steps that effects point at.</summary>
    public static Run Whole(Run run)
    {
        if (run.Started is not { } started)
            return run;
        // A run whose texts could not be read is parked, and stays as it is.
        if (PinnedTexts.PlaybookOf(started) is not ReadResult<Playbook>.Valid playbook || PinnedTexts.EnvironmentOf(started) is not ReadResult<DeploymentEnvironment>.Valid environment)
            return run;
        var whole = run with { Playbook = playbook.Value, Environment = environment.Value };
        return whole with
        {
            Steps = whole.Steps.WithEffects((path, effect) =>
                effect with { Step = EvolveAttempts.FindDo(whole, path) ?? throw new JsonException($"The playbook has no action '{path}'.") }),
        };
    }

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(EventJson.Options)
        {
            // What is computed from the rest.
            IgnoreReadOnlyProperties = true,
            MaxDepth = DepthMax,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(EventJson.Options.TypeInfoResolver, new DefaultJsonTypeInfoResolver()).WithAddedModifier(Modify),
        };
        options.MakeReadOnly();
        return options;
    }

    private static void Modify(JsonTypeInfo info)
    {
        if (info.Type == typeof(Run))
        {
            foreach (var read in info.Properties.Where(property => property.PropertyType == typeof(Playbook) || property.PropertyType == typeof(DeploymentEnvironment)).ToList())
                info.Properties.Remove(read);
        }
        else if (info.Type == typeof(EffectRecord))
        {
            var step = info.Properties.Single(property => property.PropertyType == typeof(Step.Do));
            step.CustomConverter = new LeftOut<Step.Do>();
            step.ShouldSerialize = (_, _) => false;
        }
        else if (Hierarchies.Contains(info.Type) || (info.Type.IsAbstract && Array.Exists(Hierarchies, info.Type.IsSubclassOf)))
        {
            info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = Kind, UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization };
            foreach (var state in Array.Find(Hierarchies, info.Type.IsAssignableTo)!.GetNestedTypes(BindingFlags.Public).Where(type => !type.IsAbstract && type.IsAssignableTo(info.Type)))
                info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(state, JsonNamingPolicy.CamelCase.ConvertName(state.Name)));
        }
    }

    private sealed class LeftOut<T> : JsonConverter<T> where T : class
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            reader.Skip();
            return null;
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNullValue();
    }
}
