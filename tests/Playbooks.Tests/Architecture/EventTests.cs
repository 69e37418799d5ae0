using System.Collections.Immutable;
using System.Text;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Architecture;

public class EventTests
{
    public static TheoryData<Type> Kinds => [.. typeof(RunEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(RunEvent)))];

    [Fact]
    public void Every_kind_has_its_own_stored_name()
    {
        Assert.Equal(Kinds.Select(kind => kind.Data.Name).Order(StringComparer.Ordinal), EventNames.ByType.Keys.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(EventNames.ByType.Count, EventNames.ByType.Values.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_stored_and_read_again_to_the_same_bytes(Type kind)
    {
        var bytes = EventJson.Write(Make(kind));
        Assert.StartsWith("{\"type\":\"" + EventNames.ByType[kind] + "\"", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(bytes), Encoding.UTF8.GetString(EventJson.Write(EventJson.Read(bytes))));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_folded_and_never_throws(Type kind)
    {
        var happened = Make(kind);
        Assert.Equal(1, Decider.Evolve(Run.Empty, happened).Sequence);
        var run = Decisions.Story.Of("""[ { "id": "look", "do": "artifacts.verify", "with": { "model": "grading" } } ]""", rto: "").Run;
        var next = Decider.Evolve(run, happened);
        Assert.Equal(run.Sequence + 1, next.Sequence);
        Decider.Decide(next);
    }

    private static RunEvent Make(Type kind)
    {
        var constructor = kind.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;
        return (RunEvent)constructor.Invoke([.. constructor.GetParameters().Select(parameter => Sample(parameter.ParameterType))]);
    }

    private static object? Sample(Type type) => type switch
    {
        _ when type == typeof(string) => "text",
        _ when type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        _ when type == typeof(TimeSpan) || type == typeof(TimeSpan?) => TimeSpan.FromSeconds(90),
        _ when type == typeof(JsonData) => JsonData.Parse("""{"model":"grading"}"""),
        _ when type == typeof(CommandId) => new CommandId("look", Purpose.Do, 0, 1, 0),
        _ when type == typeof(PinnedText) => new PinnedText("name", "digest", "{}"),
        _ when type == typeof(Order) => new Order.Skip("look", false),
        _ when type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) =>
            typeof(ImmutableArray).GetMethods().First(method => method.Name == "Create" && method.GetParameters().Length == 0)
                .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, null),
        _ when Nullable.GetUnderlyingType(type) is { } inner => Sample(inner),
        _ when type.IsEnum => Enum.GetValues(type).Cast<object>().First(),
        _ => Activator.CreateInstance(type),
    };
}
