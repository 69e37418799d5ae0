using Playbooks.Core.Definitions;

namespace Playbooks.Tests.Definitions;

public class EnvironmentSetTests
{
    /// <summary>Nothing of it is in <see cref="EnvironmentText.Drill"/>.</summary>
    private static readonly string Other = EnvironmentText.Drill
        .Replace("\"name\": \"drill\"", "\"name\": \"other\"", StringComparison.Ordinal)
        .Replace("env:DRILL", "env:OTHER", StringComparison.Ordinal)
        .Replace("127.0.0.1:508", "127.0.0.2:508", StringComparison.Ordinal)
        .Replace("status.university", "other.university", StringComparison.Ordinal)
        .Replace("file:keys/artifacts.pem", "file:other/artifacts.pem", StringComparison.Ordinal)
        .Replace("env:EVIDENCE_KEY", "env:OTHER_EVIDENCE_KEY", StringComparison.Ordinal);

    [Theory]
    [InlineData("PB3103", "\"name\": \"other\"", "\"name\": \"drill\"")]
    [InlineData("PB3101", "env:OTHER_STORAGE", "env:DRILL_STORAGE")]
    [InlineData("PB3101", "env:OTHER_ANCHOR", "env:DRILL_ANCHOR")]
    [InlineData("PB3101", "http://127.0.0.2:5080", "http://127.0.0.1:5080/")]
    [InlineData("PB3101", "\"http://127.0.0.2:5081\"", "\"http://127.0.0.1:5081\"")]
    [InlineData("PB3101", "\"http://127.0.0.2:5081/faults\"", "\"http://127.0.0.1:5081/others\"")]
    [InlineData("PB3101", "https://other.university.example", "https://STATUS.university.example")]
    [InlineData("PB3102", "file:other/artifacts.pem", "file:keys/artifacts.pem")]
    [InlineData("PB3102", "env:OTHER_EVIDENCE_KEY", "env:EVIDENCE_KEY")]
    public void Two_environments_that_share_something_are_refused(string code, string own, string shared)
    {
        Assert.Contains(own, Other, StringComparison.Ordinal);
        Assert.Equal(code, Assert.Single(Check(EnvironmentText.Drill, Other.Replace(own, shared, StringComparison.Ordinal))).Code);
    }

    [Theory]
    [InlineData("PB3102", "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11", "19:other@thread.tacv2")]
    [InlineData("PB3101", "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f12", "19:a@thread.tacv2")]
    public void A_shared_bot_and_a_shared_channel_of_Teams_are_refused(string code, string app, string channel) =>
        Assert.Equal(code, Assert.Single(Check(InTeams(EnvironmentText.Drill, "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f11", "19:a@thread.tacv2"), InTeams(Other, app, channel))).Code);

    private static string InTeams(string text, string app, string channel) => text.Replace("\"channels\": { \"incidents\": { \"kind\": \"terminal\" } }", $$"""
        "channels": { "incidents": { "kind": "teams", "channel": "{{channel}}" } },
        "teams": { "tenant": "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f10", "app": "{{app}}", "channel": "incidents", "pages": "https://recovery.university.example" }
        """, StringComparison.Ordinal);

    [Fact]
    public void A_shared_managed_identity_is_refused()
    {
        const string account = "{ \"blobUrl\": \"https://HOST.blob.example/\", \"clientId\": \"0f0f\" }";
        string With(string text, string host) => text.Replace("{ \"connectionString\": \"env:" + host.ToUpperInvariant() + "_ANCHOR\" }", account.Replace("HOST", host, StringComparison.Ordinal), StringComparison.Ordinal);

        Assert.Equal("PB3102", Assert.Single(Check(With(EnvironmentText.Drill, "drill"), With(Other, "other"))).Code);
    }

    [Theory]
    [InlineData("blobUrl")]
    [InlineData("queueUrl")]
    [InlineData("tableUrl")]
    public void A_shared_account_is_refused_whatever_it_is_used_for_and_however_its_address_is_written(string field)
    {
        string With(string text, string name, string url) => text.Replace($"\"connectionString\": \"env:{name}_ANCHOR\"", $"\"{field}\": \"{url}\"", StringComparison.Ordinal);

        Assert.Equal("PB3101", Assert.Single(Check(With(EnvironmentText.Drill, "DRILL", "https://heads.example/"), With(Other, "OTHER", "https://HEADS.example/a"))).Code);
    }

    [Fact]
    public void Environments_with_next_to_nothing_in_them_have_nothing_in_common()
    {
        string Small(string name) => $$"""
            { "name": "{{name}}", "kind": "drill", "storage": { "main": { "connectionString": "env:{{name}}_A" }, "anchor": { "connectionString": "env:{{name}}_B" } },
              "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "anchor", "container": "heads" },
              "signing": { "artifactsPublic": "file:a.pem", "evidence": "file:{{name}}.pem" } }
            """;

        Assert.Empty(Check(Small("one"), Small("two")));
    }

    [Fact]
    public void Environments_with_nothing_in_common_are_fine() => Assert.Empty(Check(EnvironmentText.Drill, Other));

    private static System.Collections.Immutable.ImmutableArray<AuthorError> Check(params string[] texts) =>
        EnvironmentSet.Check([.. texts.Select((text, index) => new EnvironmentFile(EnvironmentText.Valid(text), $"{index}.json"))]);
}
