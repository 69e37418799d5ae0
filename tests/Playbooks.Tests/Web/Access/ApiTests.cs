using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.OpenApi;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Web.Access;
using Playbooks.Web.Api;

namespace Playbooks.Tests.Web.Access;

/// <summary>What the API promises to programs: pages, tags, keys, limits, problems, a description.</summary>
public sealed class ApiTests : IAsyncLifetime
{
    private ApiWorld api = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => api = await ApiWorld.OpenAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public void Every_endpoint_says_what_it_must_be_let_in_for_and_GET_changes_nothing() => Assert.All(Routes().Where(route => route.RoutePattern.RawText is not (ApiSignIn.Path or RunApi.Prefix + "/openapi.json")), route =>
    {
        var needs = Assert.Single(route.Metadata.GetOrderedMetadata<NeedsOperation>());
        var method = Assert.Single(route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods);
        Assert.Equal(AccessTable.OnlyLooks(needs.Operation), method == "GET");
        Assert.Equal(needs.AskedByDoor, method == "POST");
    });

    [Fact]
    public async Task The_description_is_valid_and_has_every_route()
    {
        var text = await api.Http.GetStringAsync(ApiDescription.Path, Cancelled);
        Assert.StartsWith("3.1", (string)JsonNode.Parse(text)!["openapi"]!, StringComparison.Ordinal);
        var read = OpenApiDocument.Parse(text, "json");
        Assert.Empty(read.Diagnostic!.Errors);

        var described = read.Document!.Paths.SelectMany(path => path.Value.Operations!.Keys.Select(method => $"{method} {path.Key}")).Order(StringComparer.Ordinal);
        var mapped = Routes().Where(route => route.RoutePattern.RawText != RunApi.Prefix + "/openapi.json").Select(route => $"{route.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods[0]} {route.RoutePattern.RawText}").Order(StringComparer.Ordinal);
        Assert.Equal(mapped, described);
        Assert.All(read.Document.Paths.SelectMany(path => path.Value.Operations!), operation =>
        {
            Assert.False(string.IsNullOrEmpty(operation.Value.Summary));
            Assert.Equal(operation.Key == HttpMethod.Post, operation.Value.RequestBody is not null);
        });
    }

    [Fact]
    public async Task Runs_come_in_pages_the_newest_first_and_none_twice_though_more_begin_meanwhile()
    {
        var started = new List<string>();
        for (var number = 0; number < 5; number++)
        {
            started.Add(api.World.Start());
            api.World.Time.Advance(TimeSpan.FromSeconds(1));
        }
        var (seen, path) = (new List<string>(), (string?)"/runs?limit=2");
        while (path is not null)
        {
            var page = await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, path);
            seen.AddRange(page.Json.AsArray().Select(run => (string)run!["runId"]!));
            path = NextOf(page);
            api.World.Start();
        }
        Assert.Equal(Enumerable.Reverse(started), seen);
    }

    [Fact]
    public async Task Events_come_in_pages_in_order()
    {
        var run = api.World.Start();
        var (seen, path) = (new List<long>(), (string?)$"/runs/{run}/events?limit=1");
        while (path is not null)
        {
            var page = await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, path);
            seen.AddRange(page.Json.AsArray().Select(stored => (long)stored!["sequence"]!));
            path = NextOf(page);
        }
        Assert.Equal(Enumerable.Range(1, api.World.Runs.EventsOf(run).Count).Select(number => (long)number), seen);
        Assert.Equal(2, (long)(await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, $"/runs/{run}/events?from=2")).Json[0]!["sequence"]!);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=-1")]
    [InlineData("limit=many")]
    [InlineData("limit=99999999999")]
    [InlineData("cursor=x")]
    [InlineData("cursor=%00")]
    [InlineData("cursor=!!!!")]
    public async Task What_is_no_page_is_said_to_be_none(string query) =>
        Assert.Equal((HttpStatusCode.BadRequest, "invalid-request"), (await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, $"/runs?{query}")) is var answer ? (answer.Status, answer.Problem) : default);

    [Fact]
    public async Task Whoever_has_a_run_already_is_not_sent_it_again_until_something_happens()
    {
        var run = api.World.Start();
        foreach (var path in new[] { $"/runs/{run}", $"/runs/{run}/events" })
        {
            var first = await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, path);
            Assert.Equal(HttpStatusCode.NotModified, (await Again(path, first.Tag!)).Status);
            Assert.Equal(HttpStatusCode.NotModified, (await Again(path, $"\"other\", W/{first.Tag}")).Status);
            Assert.Equal(HttpStatusCode.OK, (await Again(path, "\"other\"")).Status);
            Assert.Equal(HttpStatusCode.OK, (await Again(path, "no tag")).Status);
            await Wish.BringAsync(api.World, DoorWorld.Of(AccessRole.Operator), run, Operation.SendSignal, path.Replace('/', '-'));
            Assert.Equal(HttpStatusCode.OK, (await Again(path, first.Tag!)).Status);
        }

        Task<ApiAnswer> Again(string path, string tag) =>
            api.SendAsync(AccessRole.Auditor, HttpMethod.Get, path, change: request => request.Headers.TryAddWithoutValidation("If-None-Match", tag));
    }

    [Fact]
    public async Task A_request_with_the_same_key_is_answered_the_same_and_one_with_another_body_is_refused()
    {
        var run = api.World.Start(DoorWorld.Playbook(""", "quorum": 2"""));
        var vote = api.World.Vote(run);
        (AccessRole Role, string Path, object Body, object Other)[] requests =
        [
            (AccessRole.Approver, $"/runs/{run}/votes", vote with { VoteId = null! }, vote with { VoteId = null!, Comment = "Yes." }),
            (AccessRole.Operator, $"/runs/{run}/signals", new SignalBody(null!, "ready", null), new SignalBody(null!, "steady", null)),
            (AccessRole.Commander, $"/runs/{run}/orders", new OrderBody(null!, new Order.Pause(), "because"), new OrderBody(null!, new Order.Cancel(), "because")),
            (AccessRole.Operator, "/runs", new StartBody(null!, "ask", "campus", RunMode.Live, JsonData.Object(("model", JsonData.Of("grading"))), null, null), new StartBody(null!, "ask", "campus", RunMode.Live, JsonData.Object(("model", JsonData.Of("fraud"))), null, null)),
        ];
        foreach (var (role, path, body, other) in requests)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await api.SendAsync(role, HttpMethod.Post, path, body)).Status);
            var first = await Keyed(body);
            Assert.Equal(HttpStatusCode.OK, first.Status);
            Assert.Equal(first.Text, (await Keyed(body)).Text);
            var reused = await Keyed(other);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "key-reused"), (reused.Status, reused.Problem));

            Task<ApiAnswer> Keyed(object what) => api.SendAsync(role, HttpMethod.Post, path, what, request => request.Headers.Add("Idempotency-Key", "key-1"));
        }
        var contradiction = await api.SendAsync(AccessRole.Approver, HttpMethod.Post, $"/runs/{run}/votes", vote, request => request.Headers.Add("Idempotency-Key", "another"));
        Assert.Equal(HttpStatusCode.BadRequest, contradiction.Status);
        Assert.Single(api.World.Runs.EventsOf(run).OfType<RunEvent.VoteCast>());
        Assert.Equal(2, (await api.World.Runs.ListAsync(Cancelled)).Count);
    }

    /// <summary>A body, what it is called, and what becomes of it.</summary>
    public static TheoryData<string, string, HttpStatusCode> Bodies() => new()
    {
        { "{}", "text/plain", HttpStatusCode.UnsupportedMediaType },
        { "{}", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType },
        { "", "application/json", HttpStatusCode.BadRequest },
        { "null", "application/json", HttpStatusCode.BadRequest },
        { "[]", "application/json", HttpStatusCode.BadRequest },
        { "{", "application/json", HttpStatusCode.BadRequest },
        { "{}", "application/json", HttpStatusCode.BadRequest },
        { """{ "voteId": "a", "path": 3 }""", "application/json", HttpStatusCode.BadRequest },
        { """{ "voteId": "a", "unknown": true }""", "application/json", HttpStatusCode.BadRequest },
        { """{ "voteId": "a", "voteId": "b" }""", "application/json", HttpStatusCode.BadRequest },
        { """{ "voteId": "\ud800", "path": "go" }""", "application/json", HttpStatusCode.BadRequest },
        { $$"""{ "comment": "{{new string('a', ApiLimits.BodyMaxBytes)}}" }""", "application/json; charset=utf-8", HttpStatusCode.RequestEntityTooLarge },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_is_none_is_answered_with_a_problem_and_changes_nothing(string body, string type, HttpStatusCode status)
    {
        var run = api.World.Start();
        var before = api.World.Runs.EventsOf(run).Count;
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        var answer = await api.SendAsync(AccessRole.Approver, HttpMethod.Post, $"/runs/{run}/votes", content);
        Assert.Equal((status, "application/problem+json"), (answer.Status, answer.Type));
        Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
        Assert.Equal(before, api.World.Runs.EventsOf(run).Count);
    }

    [Fact]
    public async Task A_problem_names_its_kind_says_how_to_mend_it_and_tells_nothing_of_our_insides()
    {
        api.Health = () => throw new InvalidOperationException("The password is in here.");
        var defect = await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, "/health");

        Assert.Equal((HttpStatusCode.InternalServerError, "defect"), (defect.Status, defect.Problem));
        Assert.DoesNotContain("password", defect.Text, StringComparison.Ordinal);
        Assert.Equal(["type", "title", "status", "detail", "traceId"], defect.Json.AsObject().Select(field => field.Key));
        api.Health = () => throw new ObjectDisposedException("engine");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "try-again"), (await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, "/health")) is var stopping ? (stopping.Status, stopping.Problem) : default);
        var missing = await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, "/runs/nowhere");
        Assert.Equal((HttpStatusCode.NotFound, "not-found", "There is no run nowhere."), (missing.Status, missing.Problem, (string)missing.Json["detail"]!));
    }

    [Fact]
    public async Task What_takes_too_long_is_given_up_and_may_be_sent_again()
    {
        api.World.People.Hangs = true;
        var run = api.World.Start();
        var asked = api.SendAsync(AccessRole.Approver, HttpMethod.Post, $"/runs/{run}/votes", api.World.Vote(run));
        await api.World.People.HangingAsync();
        api.World.Time.Advance(ApiLimits.AnswerWithin);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "try-again"), (await asked) is var answer ? (answer.Status, answer.Problem) : default);
        api.World.People.Hangs = false;
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(AccessRole.Approver, HttpMethod.Post, $"/runs/{run}/votes", api.World.Vote(run))).Status);
    }

    [Fact]
    public async Task Whoever_asks_for_too_much_is_told_to_wait_and_nobody_else_is()
    {
        var run = api.World.Start();
        async Task<HttpStatusCode> OfAsync(string? bearer, AccessRole role) => bearer is null
            ? (await api.SendAsync(role, HttpMethod.Post, $"/runs/{run}/signals", new SignalBody("one and the same", "ready", null))).Status : (await api.SendAsync(bearer, HttpMethod.Get, "/runs")).Status;

        Assert.True(await UntilAsync(() => OfAsync(null, AccessRole.Operator), ApiLimits.ChangesAtOnceMax), "Nobody was told to wait.");
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync(AccessRole.Auditor, HttpMethod.Post, $"/runs/{run}/signals", new SignalBody("one", "ready", null))).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(AccessRole.Operator, HttpMethod.Get, "/runs")).Status);

        Assert.True(await UntilAsync(() => OfAsync("guessed", AccessRole.Operator), ApiLimits.StrangersAtOnceMax), "Nobody who guesses was told to wait.");
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(ApiWorld.Key, HttpMethod.Get, "/runs")).Status);

        // While it goes on a little is given back each second, so it takes more than the limit.
        async Task<bool> UntilAsync(Func<Task<HttpStatusCode>> ask, int limit)
        {
            for (var asked = 0; asked < 20 * limit; asked++)
            {
                if (await ask() == HttpStatusCode.TooManyRequests)
                    return asked >= limit;
            }
            return false;
        }
    }

    [Fact]
    public async Task Whoever_reaches_the_port_hears_which_tokens_are_taken() => Assert.Equal(
        $$"""{"tenant":"{{TokenMint.Tenant}}","scope":"api://{{TokenMint.Audience}}/Playbooks.Use"}""", (await api.SendAsync((string?)null, HttpMethod.Get, "/sign-in")).Text);

    private IEnumerable<RouteEndpoint> Routes() => api.Endpoints.Endpoints.OfType<RouteEndpoint>().Where(route => route.RoutePattern.RawText!.StartsWith(RunApi.Prefix + "/", StringComparison.Ordinal))
        .Where(route => !route.RoutePattern.RawText!.Contains("{documentName}", StringComparison.Ordinal));

    private static string? NextOf(ApiAnswer page) => page.Link is { } link ? link[(RunApi.Prefix.Length + 1)..link.IndexOf('>', StringComparison.Ordinal)] : null;
}
