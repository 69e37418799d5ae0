using System.Text.Json;
using Playbooks.Core.Decisions;

namespace Playbooks.Tests.Decisions;

/// <summary>The name of an attempt is what a journal, a target's log and a person's order have in common.</summary>
public class CommandIdTests
{
    [Theory]
    [InlineData("restore~d.0.1.0", "restore", Purpose.Do, 0, 1, 0)]
    [InlineData("ramp[2]/shift~u.1.12.99", "ramp[2]/shift", Purpose.Undo, 1, 12, 99)]
    [InlineData("grading~s.0.1.3", "grading", Purpose.Safety, 0, 1, 3)]
    [InlineData("a~d.0.1.0", "a", Purpose.Do, 0, 1, 0)]
    [InlineData("odd~name~d.0.1.0", "odd~name", Purpose.Do, 0, 1, 0)]
    public void It_is_read_as_it_is_written(string text, string path, Purpose purpose, int redo, int attempt, int poll)
    {
        Assert.Equal(new CommandId(path, purpose, redo, attempt, poll), CommandId.Parse(text));
        Assert.Equal(text, CommandId.Parse(text).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("restore")]
    [InlineData("~d.0.1.0")]
    [InlineData("restore~d.0.1")]
    [InlineData("restore~d.0.1.0.0")]
    [InlineData("restore~do.0.1.0")]
    [InlineData("restore~x.0.1.0")]
    [InlineData("restore~.0.1.0")]
    [InlineData("restore~d.-1.1.0")]
    [InlineData("restore~d. 0.1.0")]
    [InlineData("restore~d.0.one.0")]
    public void Anything_else_is_refused_as_a_format_error_of_the_journal(string text)
    {
        Assert.Throws<FormatException>(() => CommandId.Parse(text));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CommandId>(JsonSerializer.Serialize(text)));
    }

    [Fact]
    public void A_number_beyond_all_bounds_is_refused_too() =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CommandId>("\"restore~d.0.99999999999.0\""));

    [Fact]
    public void Null_is_refused_too() => Assert.Equal("'' is not a command id.", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<CommandId>("null")).Message);
}
