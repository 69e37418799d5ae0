using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Playbooks.Tests.Gateway;

public class LadderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("previous", "previous")]
    [InlineData("rules", "rules")]
    [InlineData("humanQueue", "humanQueue")]
    [InlineData("off", "off")]
    public async Task A_mode_is_the_best_rung_that_serves(string mode, string rung)
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        await replica.IsolateAsync(mode);
        await replica.PollAsync();
        Assert.Equal(rung, await replica.RungAsync());
    }

    [Fact]
    public async Task Where_a_rung_does_not_exist_the_next_lower_one_serves()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Grading.Remove("previous");
        rig.Grading.Remove("rules");
        var replica = await rig.ReplicaAsync("a");
        await replica.IsolateAsync("previous");
        await replica.PollAsync();
        Assert.Equal("humanQueue", await replica.RungAsync());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public async Task An_answer_of_500_and_above_goes_to_the_fallback_with_the_whole_request(int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Model.Answer = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("stack trace");
        };
        var replica = await rig.ReplicaAsync("a");
        var essay = new string('x', 300_000);

        Assert.Equal(new Answered("previous", HttpStatusCode.OK, "previous"), await replica.AskAsync("/grading/score?exam=7", essay));
        Assert.Equal($"POST /score?exam=7 {essay}", rig.Previous.Asked.Single());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(429)]
    public async Task An_answer_below_500_is_the_callers(int status)
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Model.Answer = http =>
        {
            http.Response.StatusCode = status;
            return http.Response.WriteAsync("no");
        };
        var replica = await rig.ReplicaAsync("a");
        Assert.Equal(new Answered("model", (HttpStatusCode)status, "no"), await replica.AskAsync());
    }

    [Fact]
    public async Task A_refused_connection_goes_to_the_fallback()
    {
        await using var rig = await GatewayRig.StartAsync();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var closed = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        rig.Grading["model"]!["address"] = $"http://127.0.0.1:{closed}/";
        var replica = await rig.ReplicaAsync("a");
        Assert.Equal("previous", (await replica.AskAsync(body: "work")).Rung);
        Assert.Equal("POST /score work", rig.Previous.Asked.Single());
    }

    [Fact]
    public async Task A_model_that_does_not_answer_in_time_goes_to_the_fallback()
    {
        await using var rig = await GatewayRig.StartAsync();
        var asked = new TaskCompletionSource();
        rig.Model.Answer = async http =>
        {
            asked.SetResult();
            await new TaskCompletionSource().Task.WaitAsync(http.RequestAborted);
        };
        var replica = await rig.ReplicaAsync("a");

        var answer = replica.AskAsync();
        await asked.Task.WaitAsync(Cancellation);
        // The state is read on while the request waits, as the loop would.
        for (var second = 0; second < 10 && !answer.IsCompleted; second++)
        {
            rig.Pass(seconds: 1);
            await replica.TurnAsync();
        }

        Assert.Equal("previous", (await answer.WaitAsync(Cancellation)).Rung);
    }

    [Fact]
    public async Task When_every_upstream_fails_the_rules_answer()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Model.Answer = rig.Previous.Answer = Failing;
        var replica = await rig.ReplicaAsync("a");
        Assert.Equal(new Answered("rules", HttpStatusCode.OK, """{"grade":"pending"}"""), await replica.AskAsync());
    }

    [Fact]
    public async Task A_service_can_decide_by_rules()
    {
        await using var rig = await GatewayRig.StartAsync();
        await using var service = await StubUpstream.StartAsync("by the book");
        rig.Grading["rules"] = new JsonObject { ["service"] = new JsonObject { ["address"] = service.Address.ToString() } };
        var replica = await rig.ReplicaAsync("a");
        await replica.IsolateAsync("rules");
        await replica.PollAsync();
        Assert.Equal(new Answered("rules", HttpStatusCode.OK, "by the book"), await replica.AskAsync());
    }

    [Fact]
    public async Task When_nothing_can_answer_the_caller_gets_503_with_the_reason()
    {
        await using var rig = await GatewayRig.StartAsync();
        foreach (var rung in new[] { "previous", "rules", "humanQueue" }) rig.Grading.Remove(rung);
        rig.Model.Answer = Failing;
        var replica = await rig.ReplicaAsync("a");
        var answer = await replica.AskAsync();
        Assert.Equal(("off", HttpStatusCode.ServiceUnavailable), (answer.Rung, answer.Status));
        Assert.Contains("neither the model nor a fallback could answer", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_breaker_opens_and_asks_the_model_again_after_its_break()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Model.Answer = Failing;
        var replica = await rig.ReplicaAsync("a");
        for (var request = 0; request < 10; request++) Assert.Equal("previous", await replica.RungAsync());
        Assert.Equal(4, rig.Model.Asked.Count);

        rig.Model.Answer = http => http.Response.WriteAsync("well again");
        rig.Pass(seconds: 61);
        await replica.TurnAsync();
        Assert.Equal(new Answered("model", HttpStatusCode.OK, "well again"), await replica.AskAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(33)]
    [InlineData(99)]
    [InlineData(100)]
    public async Task Of_100_requests_exactly_so_many_percent_go_to_the_model(int percent)
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        await replica.RejoinAsync(percent);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => replica.AskAsync()));
        Assert.Equal((percent, 100 - percent), (rig.Model.Asked.Count, rig.Previous.Asked.Count));
    }

    [Fact]
    public async Task With_a_header_the_same_caller_keeps_the_model_on_every_replica_and_at_every_higher_percent()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Grading["rampHeader"] = "X-Correlation-Id";
        Replica a = await rig.ReplicaAsync("a"), b = await rig.ReplicaAsync("b");
        await a.RejoinAsync(percent: 30);
        await b.PollAsync();
        var callers = Enumerable.Range(0, 60).Select(n => $"caller-{n}").ToList();
        var at30 = await ModelsAsync(a, callers);
        Assert.InRange(at30.Count, 1, 59);
        Assert.Equal(at30, await ModelsAsync(b, callers));

        await a.RejoinAsync(percent: 60);
        Assert.Subset(await ModelsAsync(a, callers), at30);
    }

    [Fact]
    public async Task A_request_for_people_is_kept_once_before_the_caller_is_told()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Grading["rampHeader"] = "X-Correlation-Id";
        var replica = await rig.ReplicaAsync("a");
        await replica.IsolateAsync("humanQueue");
        await replica.PollAsync();

        for (var repeat = 0; repeat < 2; repeat++)
        {
            var answer = await replica.AskAsync(body: "an essay", correlation: "student-7-exam-3");
            Assert.Equal(("humanQueue", HttpStatusCode.Accepted), (answer.Rung, answer.Status));
            Assert.Equal("A teacher will grade this.", (string?)JsonNode.Parse(answer.Body)!["notice"]);
        }

        var kept = JsonNode.Parse(await File.ReadAllTextAsync(rig.Directory.GetFiles("*.json", SearchOption.AllDirectories)
            .Single(f => f.FullName.Contains("human-queue", StringComparison.Ordinal)).FullName, Cancellation))!;
        Assert.Equal("an essay", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)kept["body"]!)));
        Assert.Equal(("/score", "student-7-exam-3"), ((string?)kept["path"], (string?)kept["correlationId"]));
    }

    [Fact]
    public async Task A_full_queue_of_people_refuses_instead_of_promising()
    {
        await using var rig = await GatewayRig.StartAsync();
        rig.Grading["humanQueue"]!["itemsLimit"] = 1;
        var replica = await rig.ReplicaAsync("a");
        await replica.IsolateAsync("humanQueue");
        await replica.PollAsync();
        Assert.Equal("humanQueue", await replica.RungAsync());
        Assert.Equal("off", await replica.RungAsync());
    }

    [Fact]
    public async Task A_path_of_no_model_is_404_and_health_says_nothing_of_the_models()
    {
        await using var rig = await GatewayRig.StartAsync();
        var replica = await rig.ReplicaAsync("a");
        Assert.Equal(new Answered(null, HttpStatusCode.NotFound, ""), await replica.AskAsync("/gradings/score"));
        Assert.Equal(new Answered(null, HttpStatusCode.OK, ""), await replica.AskAsync("/_gateway/health"));
    }

    private static Task Failing(HttpContext http)
    {
        http.Response.StatusCode = 500;
        return Task.CompletedTask;
    }

    private static async Task<HashSet<string>> ModelsAsync(Replica replica, IEnumerable<string> callers)
    {
        var served = new HashSet<string>();
        foreach (var caller in callers)
            if ((await replica.AskAsync(correlation: caller)).Rung == "model") served.Add(caller);
        return served;
    }
}
