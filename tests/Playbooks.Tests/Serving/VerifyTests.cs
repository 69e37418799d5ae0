using Microsoft.AspNetCore.Http;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.SampleService.Artifact;
using Playbooks.Tests.Gateway;
using Playbooks.Tests.SampleService;

namespace Playbooks.Tests.Serving;

public sealed class VerifyTests : IAsyncLifetime
{
    private const string Suite = """{"suite":"s","tolerance":0.01,"requests":[{"name":"one","path":"/predict","body":{"x":1},"expect":{"score":0.5}}]}""";
    private readonly ModelRig rig = new();
    private StubUpstream service = null!;
    private string answer = """{"score":0.5}""";
    private string digest = "d1";
    private string? rung;
    private int status = 200;

    public async ValueTask InitializeAsync()
    {
        service = await StubUpstream.StartAsync("service");
        service.Answer = http =>
        {
            if (rung is not null)
                http.Response.Headers["X-Playbooks-Rung"] = rung;
            if (http.Request.Path.Value!.EndsWith("/version", StringComparison.Ordinal))
                return http.Response.WriteAsync($$"""{"digest":"{{digest}}"}""", http.RequestAborted);
            http.Response.StatusCode = status;
            return http.Response.WriteAsync(answer, http.RequestAborted);
        };
        (rig.Service, rig.Data) = (service.Address, service.Address);
        rig.Suite(Suite);
    }

    public async ValueTask DisposeAsync()
    {
        rig.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Right_answers_of_the_expected_version_pass() => Assert.Equal(
        JsonData.Parse("""{"digest":"d1","passed":1,"heldSeconds":0,"requestedHoldSeconds":0}"""),
        Assert.IsType<Outcome.Succeeded>(await rig.VerifyAsync(null, ("expect", JsonData.Of("d1")))).Output);

    [Fact]
    public async Task The_wrong_digest_fails_though_the_answers_are_right() =>
        Assert.Equal(ErrorKind.Integrity, Failed(await rig.VerifyAsync(null, ("expect", JsonData.Of("d2")))));

    [Theory]
    [InlineData("""{"score":0.49}""", 200, null)]
    [InlineData("""{"score":0.5,"more":true}""", 200, null)]
    [InlineData("""{"score":0.4899}""", 200, ErrorKind.Integrity)]
    [InlineData("""{"score":"0.5"}""", 200, ErrorKind.Integrity)]
    [InlineData("{}", 200, ErrorKind.Integrity)]
    [InlineData("no json", 200, ErrorKind.Integrity)]
    [InlineData("{}", 404, ErrorKind.Integrity)]
    [InlineData("{}", 429, ErrorKind.Integrity)]
    [InlineData("{}", 500, ErrorKind.Transient)]
    public async Task An_answer_is_judged_by_status_and_tolerance(string said, int with, ErrorKind? kind)
    {
        (answer, status) = (said, with);
        Assert.Equal(kind, await rig.VerifyAsync() is Outcome.Failed failed ? failed.Kind : null);
    }

    [Theory]
    [InlineData("model", null)]
    [InlineData("rules", ErrorKind.Integrity)]
    [InlineData(null, ErrorKind.Integrity)]
    public async Task Through_the_gateway_only_the_models_own_answers_count(string? by, ErrorKind? kind)
    {
        rung = by;
        var outcome = await rig.VerifyAsync(null, ("through", JsonData.Of("gateway")));
        Assert.Equal(kind, outcome is Outcome.Failed failed ? failed.Kind : null);
        Assert.Contains("POST /grading/predict {\"x\":1}", service.Asked);
    }

    [Fact]
    public async Task A_hold_asks_again_until_its_time_is_over()
    {
        var (outcome, polls) = await HoldAsync("PT5M");
        Assert.Equal(JsonData.Parse($$"""{"digest":"d1","passed":{{polls}},"heldSeconds":300,"requestedHoldSeconds":300}"""), Assert.IsType<Outcome.Succeeded>(outcome).Output);
        Assert.InRange(polls, 10, Limits.PollsPerAttemptMax);
    }

    [Fact]
    public async Task A_drill_may_shorten_a_hold_and_says_so()
    {
        rig.Drill = new DrillSettings(TimeSpan.FromSeconds(2), true, null);
        var output = Assert.IsType<Outcome.Succeeded>((await HoldAsync("PT5M")).Outcome).Output;
        Assert.Equal((2m, 300m), (output["heldSeconds"]!.AsDecimal(), output["requestedHoldSeconds"]!.AsDecimal()));
    }

    [Fact]
    public async Task A_wrong_answer_during_a_hold_fails()
    {
        var pending = Assert.IsType<Outcome.Pending>(await rig.VerifyAsync(null, ("hold", JsonData.Of("PT1M"))));
        answer = """{"score":-0.5}""";
        Assert.Equal(ErrorKind.Integrity, Failed(await rig.VerifyAsync(pending.Token, ("hold", JsonData.Of("PT1M")))));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"suite":"s","requests":[]}""")]
    [InlineData("""{"suite":"s","requests":[{"name":"a","path":"/x","body":{}}]}""")]
    [InlineData("""{"suite":"s","requests":[{"name":"a","path":"/x","expect":1}]}""")]
    [InlineData("no json")]
    public async Task A_suite_that_is_none_is_invalid(string text)
    {
        rig.Suite(text);
        Assert.Equal(ErrorKind.Invalid, Failed(await rig.VerifyAsync()));
    }

    [Theory]
    [InlineData(SampleKind.Recommendations, "recommendations-golden.json")]
    [InlineData(SampleKind.Fraud, "fraud-golden.json")]
    public async Task The_samples_suites_pass_with_the_healthy_artifact_and_fail_with_a_corrupted_one(SampleKind kind, string file)
    {
        await using var sample = await SampleRig.StartAsync(kind);
        rig.Service = sample.Address;
        rig.Suite(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "playbooks", "environments", "suites", file), TestContext.Current.CancellationToken));
        Assert.IsType<Outcome.Succeeded>(await rig.VerifyAsync());
        await sample.CorruptAsync(TimeSpan.FromHours(1));
        await sample.UntilVersionAsync(2);
        Assert.Equal(ErrorKind.Integrity, Failed(await rig.VerifyAsync()));
    }

    [Fact]
    public async Task A_reload_says_which_digest_is_loaded()
    {
        await using var sample = await SampleRig.StartAsync(SampleKind.Fraud);
        rig.Service = sample.Address;
        var output = Assert.IsType<Outcome.Succeeded>(await rig.DoAsync("model.reload", "k", null, 0, "run-1")).Output;
        Assert.Equal((await sample.AskAsync("/version")).Body["digest"], output["digest"]);
    }

    private async Task<(Outcome Outcome, int Polls)> HoldAsync(string hold)
    {
        string? token = null;
        for (var polls = 1; ; polls++)
        {
            var outcome = await rig.VerifyAsync(token, ("hold", JsonData.Of(hold)));
            if (outcome is not Outcome.Pending pending)
                return (outcome, polls);
            token = pending.Token;
            rig.Time.Advance(pending.AskAgainAt - rig.Time.GetUtcNow());
        }
    }

    private static ErrorKind Failed(Outcome outcome) => Assert.IsType<Outcome.Failed>(outcome).Kind;
}
