using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors;
using Playbooks.Connectors.Serving;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Tests.Actions;
using Playbooks.Tests.Gateway;

namespace Playbooks.Tests.Serving;

public sealed class VerifyModelTests : IAsyncLifetime
{
    private const string Suite = """
        { "suite": "golden", "tolerance": 0.01, "requests": [
          { "name": "one", "path": "/predict", "body": { "q": 1 }, "expect": { "score": 0.5, "items": [ { "id": "a" } ] } },
          { "name": "two", "path": "/predict", "body": { "q": 2 }, "expect": { "score": 0.5 } } ] }
        """;

    private readonly FakeTimeProvider time = new(TestEnvironment.Now);
    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-suite-").FullName;
    private StubUpstream service = null!;
    private Uri address = null!;
    private string digest = "d1";
    private string answer = """{ "score": 0.505, "items": [ { "id": "a", "title": "A" } ], "version": 3 }""";
    private int status = 200;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "golden.json"), Suite);
        service = await StubUpstream.StartAsync("service");
        address = service.Address;
        service.Answer = http =>
        {
            http.Response.StatusCode = http.Request.Path == "/predict" ? status : 200;
            return http.Response.WriteAsync(http.Request.Path == "/predict" ? answer : $$"""{ "digest": "{{digest}}" }""");
        };
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("""{ "score": 0.52, "items": [ { "id": "a" } ] }""", "score is 0.52 instead of 0.5")]
    [InlineData("""{ "score": 0.5, "items": [] }""", "items has 0 elements instead of 1")]
    [InlineData("""{ "score": 0.5, "items": [ { "id": "b" } ] }""", "items[0].id is \"b\" instead of \"a\"")]
    [InlineData("""{ "items": [ { "id": "a" } ] }""", "score is missing")]
    [InlineData("""{ "score": "0.5", "items": [ { "id": "a" } ] }""", "score is \"0.5\" instead of 0.5")]
    [InlineData("<html>", "no JSON")]
    public async Task A_wrong_answer_is_named(string wrong, string difference)
    {
        answer = wrong;
        var failed = Assert.IsType<Outcome.Failed>(await VerifyAsync());
        Assert.Equal(ErrorKind.Integrity, failed.Kind);
        Assert.Contains("of 2 answers are out of tolerance: one: " + difference, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_digest_than_expected_fails_before_anything_is_asked()
    {
        var failed = Assert.IsType<Outcome.Failed>(await VerifyAsync(("expect", JsonData.Of("d2"))));
        Assert.Equal((ErrorKind.Integrity, "The service reports the digest d1; d2 is expected."), (failed.Kind, failed.Message));
        Assert.DoesNotContain(service.Asked, asked => asked.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_service_that_fails_may_be_asked_again()
    {
        status = 503;
        Assert.Equal(ErrorKind.Transient, Assert.IsType<Outcome.Failed>(await VerifyAsync()).Kind);
        await service.DisposeAsync();
        Assert.Equal(ErrorKind.Transient, Assert.IsType<Outcome.Failed>(await VerifyAsync()).Kind);
    }

    [Fact]
    public async Task Right_answers_pass_at_once_without_a_hold() => Assert.Equal(
        new Outcome.Succeeded(JsonData.Parse("""{ "digest": "d1", "passed": 2, "heldSeconds": 0, "requestedHoldSeconds": 0 }""")), await VerifyAsync());

    [Fact]
    public async Task A_hold_asks_until_it_has_passed_and_counts_every_answer()
    {
        var first = Assert.IsType<Outcome.Pending>(await VerifyAsync(("hold", JsonData.Of("PT5S"))));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(new Outcome.Succeeded(JsonData.Parse("""{ "digest": "d1", "passed": 4, "heldSeconds": 5, "requestedHoldSeconds": 5 }""")),
            await PollAsync(first.Token, null, ("hold", JsonData.Of("PT5S"))));
    }

    [Fact]
    public async Task A_digest_that_changes_during_the_hold_fails()
    {
        var first = Assert.IsType<Outcome.Pending>(await VerifyAsync(("hold", JsonData.Of("PT5S"))));
        digest = "d2";
        Assert.Equal(ErrorKind.Integrity, Assert.IsType<Outcome.Failed>(await PollAsync(first.Token, null, ("hold", JsonData.Of("PT5S")))).Kind);
    }

    [Fact]
    public async Task A_drill_shortens_the_hold_and_says_so()
    {
        var drill = new DrillSettings(TimeSpan.FromSeconds(3), RaiseAlert: false, ScriptedApprover: null);
        var first = Assert.IsType<Outcome.Pending>(await PollAsync(null, drill, ("hold", JsonData.Of("PT5M"))));
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(new Outcome.Succeeded(JsonData.Parse("""{ "digest": "d1", "passed": 4, "heldSeconds": 3, "requestedHoldSeconds": 300 }""")),
            await PollAsync(first.Token, drill, ("hold", JsonData.Of("PT5M"))));
    }

    [Fact]
    public async Task A_reload_answers_what_the_service_has_loaded()
    {
        var reloaded = await new ActionSet([new ReloadModel(time)], time).ExecuteAsync(Call("model.reload", null, null), TestContext.Current.CancellationToken);
        Assert.Equal(new Outcome.Succeeded(JsonData.Parse("""{ "digest": "d1" }""")), reloaded);
        Assert.Equal(["POST /reload ", "GET /version "], service.Asked);
    }

    [Fact]
    public void The_polls_of_an_attempt_outlast_its_deadline()
    {
        var call = Call("model.verify", null, null);
        var now = TestEnvironment.Now;
        var deadline = now.AddMinutes(10);
        for (var poll = 0; poll < Limits.PollsPerAttemptMax - 1; poll++)
            now = Polling.AskAgainAt(call with { Command = call.Command with { Id = call.Command.Id with { Poll = poll }, Deadline = deadline } }, now);
        Assert.True(now >= deadline, $"the last poll is at {now:O}");
    }

    private Task<Outcome> VerifyAsync(params (string, JsonData)[] inputs) => PollAsync(null, null, inputs);

    private Task<Outcome> PollAsync(string? token, DrillSettings? drill, params (string, JsonData)[] inputs)
    {
        var host = new ActionHost(new StorageClients(new Secrets()), new Secrets(), time)
        {
            SuiteFolder = folder,
            Notify = (_, _, _) => Task.FromResult("nowhere"),
            ReadJournal = (_, _) => Task.FromResult<IReadOnlyList<StoredEvent>>([]),
        };
        return new ActionSet([new VerifyModel(host)], time).ExecuteAsync(Call("model.verify", token, drill, inputs), TestContext.Current.CancellationToken);
    }

    private ActionCall Call(string action, string? token, DrillSettings? drill, params (string, JsonData)[] inputs)
    {
        var call = TestEnvironment.Call(action, [("model", JsonData.Of("m")), .. inputs]);
        return call with
        {
            Command = call.Command with { Token = token },
            Environment = call.Environment with
            {
                Drill = drill,
                Models = ImmutableSortedDictionary<string, ModelTarget>.Empty.Add("m", new ModelTarget(
                    new ArtifactTarget(new ContainerTarget("s", "c"), ArtifactLayout.Pointer, false, ImmutableSortedDictionary<string, string>.Empty),
                    "g", address, "golden", ImmutableSortedDictionary<string, string>.Empty.Add("golden", "golden.json"))),
            },
        };
    }
}
