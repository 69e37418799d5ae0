using Playbooks.Core.Definitions;
using Playbooks.Core.Definitions.Reading;
using Playbooks.Core.Json;
using ValueType = Playbooks.Core.Definitions.ValueType;

namespace Playbooks.Tests.Definitions;

/// <summary>What fits an input of an action, for every type that one can be declared with, whether or not an action has one today.</summary>
public class InputFormTests
{
    [Theory]
    [InlineData(ValueType.String, "\"a\"", "\" \"", "Write a string.")]
    [InlineData(ValueType.Integer, "7", "7.5", "Write a whole number.")]
    [InlineData(ValueType.Number, "7.5", "\"7\"", "Write a number.")]
    [InlineData(ValueType.Boolean, "false", "\"false\"", "Write true or false.")]
    [InlineData(ValueType.Array, "[]", "{}", "Write an array.")]
    [InlineData(ValueType.Object, "{}", "[]", "Write an object.")]
    [InlineData(ValueType.Duration, "\"PT1S\"", "\"PT0S\"", "Write a duration, for example \"PT2M\".")]
    [InlineData(ValueType.Instant, "\"2026-03-01T04:00:00Z\"", "\"2026-03-01\"", "Write an instant, for example \"2026-03-01T04:00:00Z\".")]
    public void A_value_has_the_declared_type(ValueType type, string fits, string other, string remedy)
    {
        var declared = new ValueDeclaration("one", type, true, "One.");

        Assert.Null(InputForm.Problem(JsonData.Parse(fits), declared));
        Assert.Equal(remedy, InputForm.Problem(JsonData.Parse(other), declared));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[{}]")]
    public void Anything_is_anything(string value) => Assert.Null(InputForm.Problem(JsonData.Parse(value), new ValueDeclaration("one", ValueType.Any, true, "One.")));

    [Theory]
    [InlineData("1", null)]
    [InlineData("5", null)]
    [InlineData("0", "Write a number from 1 to 5.")]
    [InlineData("6", "Write a number from 1 to 5.")]
    public void A_number_stays_within_its_bounds(string value, string? remedy) =>
        Assert.Equal(remedy, InputForm.Problem(JsonData.Parse(value), new ValueDeclaration("one", ValueType.Integer, true, "One.") { Minimum = 1, Maximum = 5 }));
}
