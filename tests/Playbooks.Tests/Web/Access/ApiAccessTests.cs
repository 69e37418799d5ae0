using System.Net;
using System.Text.Json.Nodes;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Web.Access;

namespace Playbooks.Tests.Web.Access;

/// <summary>The same table over HTTP, with tokens as Entra issues them.</summary>
public sealed class ApiAccessTests : IAsyncLifetime
{
    private ApiWorld api = null!;

    public async ValueTask InitializeAsync() => api = await ApiWorld.OpenAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    public static TheoryData<AccessRole, Operation> Cells() => RunDoorTests.Cells();

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task Every_cell_of_the_table_holds_over_HTTP(AccessRole role, Operation operation)
    {
        foreach (var (method, path, body, run) in Requests(operation))
        {
            var answer = await api.SendAsync(role, method, path, body);
            var allowed = AccessTable.RolesFor(operation).Contains(role);
            Assert.Equal((allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, allowed ? null : "forbidden"), (answer.Status, answer.Problem));
            if (run is not null)
                Assert.Equal(allowed ? 0 : 1, api.World.Refusals(run).Count);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("another key")]
    public async Task Nobody_is_let_in_unknown(string? bearer)
    {
        foreach (var (method, path, body, run) in Enum.GetValues<Operation>().SelectMany(Requests))
        {
            var answer = await api.SendAsync(bearer, method, path, body);
            Assert.Equal((HttpStatusCode.Unauthorized, "unauthenticated"), (answer.Status, answer.Problem));
            if (run is not null)
                Assert.Empty(api.World.Refusals(run));
        }
    }

    [Fact]
    public async Task While_nobody_can_tell_it_is_to_be_tried_again()
    {
        api.World.People.Instead = new PersonLookup.Unavailable("the directory does not answer.");
        foreach (var (method, path, body, _) in Enum.GetValues<Operation>().SelectMany(Requests))
        {
            var answer = await api.SendAsync(AccessRole.Commander, method, path, body);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "try-again", true), (answer.Status, answer.Problem, answer.RetryAfter is not null));
        }
    }

    [Fact]
    public async Task A_program_with_a_token_of_its_own_reads_and_decides_nothing()
    {
        foreach (var operation in Enum.GetValues<Operation>())
        {
            foreach (var (method, path, body, _) in Requests(operation))
                Assert.Equal(AccessTable.OnlyLooks(operation) ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await api.SendAsync(Application(), method, path, body)).Status);
        }
    }

    /// <summary>Name of a claim, its value (null: left out), and what becomes of it.</summary>
    public static TheoryData<string, string?, HttpStatusCode> Claims() => new()
    {
        { "scp", "\"openid\"", HttpStatusCode.Forbidden },
        { "scp", "\"Playbooks.User\"", HttpStatusCode.Forbidden },
        { "scp", null, HttpStatusCode.Forbidden },
        { "idtyp", "\"app\"", HttpStatusCode.Forbidden },
        { "idtyp", "\"user\"", HttpStatusCode.OK },
        { "oid", null, HttpStatusCode.Forbidden },
        { "oid", "\"somebody\"", HttpStatusCode.Forbidden },
        { "acct", "1", HttpStatusCode.Forbidden },
        { "acct", "0", HttpStatusCode.OK },
        { "tid", "\"11111111-2222-3333-4444-555555555555\"", HttpStatusCode.Unauthorized },
        { "tid", null, HttpStatusCode.Unauthorized },
        { "aud", "\"11111111-2222-3333-4444-555555555555\"", HttpStatusCode.Unauthorized },
        { "iss", "\"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0\"", HttpStatusCode.Unauthorized },
        { "exp", "1", HttpStatusCode.Unauthorized },
        { "exp", null, HttpStatusCode.Unauthorized },
        { "name", null, HttpStatusCode.OK },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public async Task A_token_of_a_person_must_be_one_for_this_server(string claim, string? value, HttpStatusCode status)
    {
        var claims = api.Claims(AccessRole.Auditor);
        claims.Remove(claim);
        if (value is not null)
            claims[claim] = JsonNode.Parse(value);
        Assert.Equal(status, (await api.SendAsync(claims, HttpMethod.Get, "/runs")).Status);
    }

    [Theory]
    [InlineData("roles", null)]
    [InlineData("roles", """["ActionGroupsSecureWebhook"]""")]
    [InlineData("scp", "\"Playbooks.Use\"")]
    [InlineData("azp", null)]
    public async Task A_token_of_an_application_must_be_one_that_may_read(string claim, string? value)
    {
        var claims = Application();
        claims.Remove(claim);
        if (value is not null)
            claims[claim] = JsonNode.Parse(value);
        Assert.Equal(HttpStatusCode.Forbidden, (await api.SendAsync(claims, HttpMethod.Get, "/runs")).Status);
    }

    [Fact]
    public async Task Runs_of_another_environment_show_themselves_only_to_whoever_holds_the_key()
    {
        var run = api.World.Start();
        var elsewhere = DoorWorld.EnvironmentOf(EnvironmentKind.Live, "elsewhere");
        var playbook = DoorWorld.PlaybookOf(DoorWorld.Playbook());
        var other = ((StartResult.Started)await api.World.Runs.StartAsync(new StartRequest("elsewhere", playbook, elsewhere, RunMode.Live, Core.Json.JsonData.EmptyObject, null, "starter", null, null, null),
            TestContext.Current.CancellationToken)).RunId;

        Assert.Equal([run], (await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, "/runs")).Json.AsArray().Select(shown => (string)shown!["runId"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, $"/runs/{other}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.SendAsync(AccessRole.Auditor, HttpMethod.Get, $"/runs/{other}/events")).Status);
        Assert.Equal(HttpStatusCode.OK, (await api.SendAsync(ApiWorld.Key, HttpMethod.Get, $"/runs/{other}")).Status);
    }

    private JsonObject Application()
    {
        var claims = api.Claims(AccessRole.Auditor);
        claims.Remove("scp");
        claims["idtyp"] = "app";
        claims["roles"] = new JsonArray("Playbooks.Read");
        return claims;
    }

    /// <summary>What the API has of an operation.</summary>
    private IEnumerable<(HttpMethod Method, string Path, object? Body, string? Run)> Requests(Operation operation)
    {
        var run = Wish.RunFor(api.World, operation);
        return operation switch
        {
            Operation.ViewRuns => [(HttpMethod.Get, "/runs", null, null), (HttpMethod.Get, $"/runs/{run}", null, null), (HttpMethod.Get, $"/runs/{run}/events", null, null)],
            Operation.ViewAlerts => [(HttpMethod.Get, "/alerts", null, null)],
            Operation.ViewHealth => [(HttpMethod.Get, "/health", null, null)],
            Operation.StartRun => [(HttpMethod.Post, "/runs", new StartBody("start-1", "ask", "campus", RunMode.Live, null, null, null), null)],
            Operation.StartDrill => [(HttpMethod.Post, "/runs", new StartBody("start-2", "ask", "campus", RunMode.Drill, null, null, null), null)],
            Operation.Vote => [(HttpMethod.Post, $"/runs/{run}/votes", api.World.Vote(run), run)],
            Operation.ConfirmTask => [(HttpMethod.Post, $"/runs/{run}/tasks", new TaskBody("call", "Called."), run)],
            Operation.GiveOrder => [(HttpMethod.Post, $"/runs/{run}/orders", new OrderBody("order-1", new Order.Pause(), "because"), run)],
            Operation.SendSignal => [(HttpMethod.Post, $"/runs/{run}/signals", new SignalBody("signal-1", "ready", null), run)],
            // Pages have these.
            Operation.ViewPlaybooks or Operation.DownloadEvidence => [],
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }
}
