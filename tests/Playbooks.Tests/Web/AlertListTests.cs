using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Playbooks.Core.Alerts;
using Playbooks.Tests.Alerts;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Web;

/// <summary>The alerts that came, as they are listed.</summary>
public sealed class AlertListTests : IAsyncLifetime
{
    private const string Path = "/api/v1/alerts";
    private readonly MemoryAlerts inbox = new();
    private AlertDoor door = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        door = await AlertDoor.OpenAsync(inbox);
        door.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AlertDoor.Key);
    }

    public ValueTask DisposeAsync() => door.DisposeAsync();

    [Fact]
    public async Task An_alert_is_shown_with_what_became_of_it()
    {
        await KeepAsync(1, AzurePayload.Of("Platform", "{}"));
        var open = (await ListAsync("")).Single()!;
        Assert.Equal((1, "d-1", "2026-03-01T03:00:00+00:00", "signed webhook", false), ((int)open["number"]!, (string)open["delivery"]!, (string)open["receivedAt"]!, (string)open["via"]!, (bool)open["settled"]!));
        Assert.Equal(("grading-model-drift", 0, 0), ((string)open["alert"]!["rule"]!, open["effects"]!.AsArray().Count, open["reasons"]!.AsArray().Count));
        await inbox.SettleAsync("d-1", new AlertFate([new AlertEffect("model-corruption", AlertEffectKind.Started, "run-1", [])], ["One of two."]), Cancelled);
        var settled = (await ListAsync("")).Single()!;
        Assert.True((bool)settled["settled"]!);
        Assert.Equal("""{"playbook":"model-corruption","kind":"started","runId":"run-1","reasons":[]}""", settled["effects"]![0]!.ToJsonString());
        Assert.Equal("One of two.", (string)settled["reasons"]![0]!);
    }

    [Fact]
    public async Task A_text_that_this_version_cannot_read_is_listed_without_its_alert()
    {
        await KeepAsync(1, "of another version");
        await KeepAsync(2, AzurePayload.Of("Platform", "{}"));
        var listed = await ListAsync("");
        Assert.Equal([(2, true), (1, false)], listed.Select(one => ((int)one!["number"]!, one["alert"] is not null)));
    }

    [Theory]
    [InlineData("", 50, 210)]
    [InlineData("?limit=3", 3, 210)]
    [InlineData("?limit=200", 200, 210)]
    [InlineData("?limit=1000000", AlertView.PageMax, 210)]
    [InlineData("?before=210&limit=2", 2, 209)]
    [InlineData("?before=9223372036854775807&limit=2", 2, 210)]
    [InlineData("?before=3", 2, 2)]
    [InlineData("?before=1", 0, 0)]
    [InlineData("?before=0", 0, 0)]
    [InlineData("?before=-9223372036854775808", 0, 0)]
    public async Task Pages_go_back_from_the_latest(string query, int count, int first)
    {
        for (var i = 1; i <= 210; i++)
            await KeepAsync(i, "x");
        var listed = await ListAsync(query);
        Assert.Equal(Enumerable.Range(0, count).Select(i => first - i), listed.Select(one => (int)one!["number"]!));
    }

    [Theory]
    [InlineData(null, "", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer another", "", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer another", "?limit=many", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer key", "?limit=many", HttpStatusCode.BadRequest)]
    [InlineData("Bearer key", "?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("Bearer key", "?limit=-5", HttpStatusCode.BadRequest)]
    [InlineData("Bearer key", "?before=99999999999999999999", HttpStatusCode.BadRequest)]
    public async Task Nobody_lists_without_the_key(string? authorization, string query, HttpStatusCode status)
    {
        await KeepAsync(1, AzurePayload.Of("Platform", "{}"));
        door.Http.DefaultRequestHeaders.Authorization = authorization is null ? null : AuthenticationHeaderValue.Parse(authorization);
        using var response = await door.Http.GetAsync(Path + query, Cancelled);
        Assert.Equal(status, response.StatusCode);
        Assert.DoesNotContain("grading", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private Task<bool> KeepAsync(int number, string text) => inbox.KeepAsync(new ReceivedAlert($"d-{number}", $"a-{number}", text, AlertDoor.Now, "signed webhook"), Cancelled);

    private async Task<JsonArray> ListAsync(string query) => JsonNode.Parse(await door.Http.GetStringAsync(Path + query, Cancelled))!.AsArray();
}
