using System.Net;
using System.Text.Json.Nodes;
using Azure.Core;
using Playbooks.Connectors.Monitoring;
using Playbooks.Tests.Alerts;

namespace Playbooks.Tests.Monitoring;

/// <summary>What is asked of the resource manager, and how its answers are worded. The fields are those of the published description of its API.</summary>
public sealed class FiredAlertsTests
{
    private const string Subscription = "3b540246-808d-4331-99aa-917b808a9166";
    private const string Listed = """
        { "name": "drift", "type": "Microsoft.AlertsManagement/alerts",
          "id": "/subscriptions/3b540246-808d-4331-99aa-917b808a9166/resourcegroups/ml/providers/microsoft.insights/components/grading/providers/Microsoft.AlertsManagement/alerts/66114d64",
          "properties": {
            "context": { "conditionType": "SingleResourceMultipleMetricCriteria" },
            "customProperties": { "model": "grading" },
            "essentials": {
              "alertRule": "/subscriptions/s/resourceGroups/ml/providers/microsoft.insights/metricAlerts/grading%20drift", "severity": "Sev1", "signalType": "Metric", "monitorCondition": "Fired",
              "monitorService": "Platform", "sourceCreatedId": "o-1", "startDateTime": "2026-03-01T02:30:00Z", "targetResource": "/subscriptions/s/grading", "description": "Look." } } }
        """;

    [Fact]
    public async Task An_alert_in_the_list_is_worded_as_the_webhook_would_have()
    {
        var world = new World { Answers = { $$"""{ "value": [ {{Listed}} ] }""" } };

        var alert = AzurePayload.Read(Assert.Single(await world.Fired.OfAsync(Subscription, TestContext.Current.CancellationToken)));

        Assert.Equal($"/subscriptions/{Subscription}/providers/Microsoft.AlertsManagement/alerts/66114d64", alert.Id);
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 2, 30, 0, TimeSpan.Zero), alert.FiredAt);
        AzurePayload.Says("""
            rule = grading drift
            severity = Sev1
            service = Platform
            signalType = Metric
            condition = fired
            originAlertId = o-1
            description = Look.
            customProperties.model = grading
            targets = ["/subscriptions/s/grading"]
            """, alert);
        var asked = Assert.Single(world.Asked);
        Assert.Equal(("https://arm.example", $"/subscriptions/{Subscription}/providers/Microsoft.AlertsManagement/alerts", "Bearer token"), (asked.Url.GetLeftPart(UriPartial.Authority), asked.Url.AbsolutePath, asked.Authorization));
        Assert.Contains("monitorCondition=Fired", asked.Url.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_followed_at_the_same_host_and_to_an_end()
    {
        var next = $$"""{ "value": [ {{Listed}} ], "nextLink": "https://arm.example/next" }""";
        var world = new World { Answers = { next, next, $$"""{ "value": [ {{Listed}} ] }""" } };
        Assert.Equal(3, (await world.Fired.OfAsync(Subscription, TestContext.Current.CancellationToken)).Count);

        var endless = new World { Answers = { next }, Repeats = true };
        Assert.Equal(20, (await endless.Fired.OfAsync(Subscription, TestContext.Current.CancellationToken)).Count);
    }

    [Theory]
    [InlineData("https://elsewhere.example/next")]
    [InlineData("http://arm.example/next")]
    [InlineData("https://arm.example:444/next")]
    [InlineData("/next")]
    [InlineData("")]
    public async Task A_page_elsewhere_gets_no_token(string next)
    {
        var world = new World { Answers = { $$"""{ "value": [], "nextLink": "{{next}}" }""" } };

        Assert.Empty(await world.Fired.OfAsync(Subscription, TestContext.Current.CancellationToken));

        Assert.Single(world.Asked);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "value": null }""")]
    [InlineData("""{ "value": [ null, 1, {}, { "id": "x" }, { "id": 7, "properties": { "essentials": {} } }, { "id": "x", "properties": { "essentials": [] } } ] }""")]
    public async Task What_says_less_than_an_alert_is_passed_by(string answer) =>
        Assert.Empty(await new World { Answers = { answer } }.Fired.OfAsync(Subscription, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Members_of_any_other_type_make_an_alert_or_none_and_never_an_exception()
    {
        foreach (var name in new[] { "alertRule", "severity", "signalType", "monitorCondition", "monitorService", "sourceCreatedId", "startDateTime", "targetResource", "description" })
        {
            foreach (var value in new JsonNode?[] { null, 7, true, new JsonArray(), new JsonObject() })
            {
                var alert = JsonNode.Parse(Listed)!;
                alert["properties"]!["essentials"]![name] = value;
                var world = new World { Answers = { $$"""{ "value": [ {{alert.ToJsonString()}} ] }""" } };
                _ = Core.Alerts.AlertReader.Read(Assert.Single(await world.Fired.OfAsync(Subscription, TestContext.Current.CancellationToken)));
            }
        }
    }

    [Fact]
    public async Task A_refusal_is_said()
    {
        var world = new World { Status = HttpStatusCode.Forbidden, Answers = { "{}" } };
        Assert.Equal(HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<HttpRequestException>(() => world.Fired.OfAsync(Subscription, TestContext.Current.CancellationToken))).StatusCode);
    }

    /// <summary>A resource manager that answers what it was told to, in turn.</summary>
    private sealed class World : HttpMessageHandler
    {
        public List<string> Answers { get; } = [];
        public bool Repeats { get; init; }
        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;
        public List<(Uri Url, string Authorization)> Asked { get; } = [];
        public FiredAlerts Fired => new(new HttpClient(this) { BaseAddress = new Uri("https://arm.example/") }, new Token());

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add((request.RequestUri!, request.Headers.Authorization!.ToString()));
            return Task.FromResult(new HttpResponseMessage(Status) { Content = new StringContent(Answers[Repeats ? 0 : Asked.Count - 1]) });
        }
    }

    private sealed class Token : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new("token", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }
}
