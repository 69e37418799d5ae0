using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.State;

namespace Playbooks.Tests.Gateway;

public partial class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "src", "Playbooks.Gateway", "README.md"));

    [Fact]
    public void The_configuration_in_the_readme_is_valid() => Assert.Empty(GatewayOptionsReader.Read(Sample("configuration")).Errors);

    [Fact]
    public void The_state_in_the_readme_is_read_and_written_as_it_stands()
    {
        Assert.True(ModelState.TryParse("grading", Sample("state"), out var state, out var problem), problem);
        Assert.Equal(Canonical(Sample("state")), Canonical(state.ToJson()));
    }

    [Fact]
    public void The_heartbeat_in_the_readme_is_read_and_written_as_it_stands() => Assert.Equal(
        Canonical(Sample("heartbeat")),
        Canonical(JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize<Heartbeat>(Sample("heartbeat"), GatewayJson.Options), GatewayJson.Options)));

    private static byte[] Sample(string name) =>
        Encoding.UTF8.GetBytes(Samples().Matches(Readme).Single(m => m.Groups["name"].Value == name).Groups["json"].Value);

    private static string Canonical(byte[] json) => JsonSerializer.Serialize(JsonElement.Parse(json), GatewayJson.Options);

    [GeneratedRegex("```json (?<name>[a-z]+)\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Samples();
}
