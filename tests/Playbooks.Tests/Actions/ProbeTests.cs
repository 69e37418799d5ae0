using System.Net;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Actions;

public class ProbeTests
{
    private readonly FakeTimeProvider time = new(TestEnvironment.Now);
    private static readonly JsonData Url = JsonData.Of("https://a.example/");

    [Fact]
    public void Every_action_can_look_before_it_acts()
    {
        var actions = typeof(IAction).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IAction))).ToList();
        Assert.Equal(Catalogue.Actions.Length, actions.Count);
        Assert.All(actions, type => Assert.True(type.IsAssignableTo(typeof(IProbe)), $"{type.Name} has no probe"));
    }

    [Fact]
    public async Task What_was_seen_is_ready() =>
        Assert.Equal(new ProbeAnswer(true, "as it is", "as it would be"), await AskAsync(() => Task.FromResult(new Probed("as it is", "as it would be"))));

    [Fact]
    public async Task A_refusal_of_ours_is_not_ready_and_says_why() =>
        Assert.Equal(new ProbeAnswer(false, "There is no such model.", ""), await AskAsync(() => throw new ActionFailedException(ErrorKind.Invalid, "There is no such model.")));

    [Fact]
    public async Task A_failure_of_the_world_is_named_as_for_acting()
    {
        var answer = await AskAsync(() => throw new HttpRequestException(HttpRequestError.Unknown, null, null, HttpStatusCode.Forbidden));
        Assert.Equal((false, "The target answered 403."), (answer.Ready, answer.Now));
    }

    [Fact]
    public async Task A_service_that_does_not_answer_in_time_is_not_ready() =>
        Assert.Equal(new ProbeAnswer(false, "Too slow.", ""), await AskAsync(() => throw new TimeoutException("Too slow.")));

    [Fact]
    public async Task A_defect_of_ours_is_not_hidden() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync(() => throw new InvalidOperationException("ours")));

    [Fact]
    public async Task Nothing_is_looked_at_where_the_target_is_known_only_in_the_run()
    {
        var set = new ActionSet([new Looking("http.get", () => throw new InvalidOperationException("asked"))], time);
        Assert.Equal((true, "url is known only in the run"), await set.ProbeAsync(TestEnvironment.Call("http.get"), Stop) is var answer ? (answer.Ready, answer.Now) : default);
    }

    [Fact]
    public async Task Chaos_is_not_ready_in_a_live_environment()
    {
        var set = new ActionSet([new Looking("chaos.modelFault", () => throw new InvalidOperationException("asked"))], time);
        Assert.False((await set.ProbeAsync(TestEnvironment.Call("chaos.modelFault", ("model", JsonData.Of("m"))), Stop)).Ready);
    }

    [Theory]
    [InlineData("http.get", "url", "https://elsewhere.example/", "https://elsewhere.example is not on the list of origins of the environment test.")]
    [InlineData("http.request", "url", "https://elsewhere.example/", "https://elsewhere.example is not on the list of origins of the environment test.")]
    [InlineData("notify", "channel", "incidents", "The environment test has no channel named incidents.")]
    [InlineData("deadletters.reprocess", "queue", "jobs", "The environment test has no queue named jobs.")]
    [InlineData("model.isolate", "model", "grading", "The environment test has no model named grading.")]
    [InlineData("model.rejoin", "model", "grading", "The environment test has no model named grading.")]
    [InlineData("model.reload", "model", "grading", "The environment test has no model named grading.")]
    [InlineData("model.verify", "model", "grading", "The environment test has no model named grading.")]
    [InlineData("artifacts.restore", "model", "grading", "The environment test has no model named grading.")]
    [InlineData("artifacts.preserve", "model", "grading", "The environment test has no model named grading.")]
    [InlineData("erasures.reapply", "model", "grading", "The environment test names no erasure ledger.")]
    [InlineData("evidence.publish", "", "", "The environment test has no storage account named evidence.")]
    public async Task What_the_environment_lacks_is_not_ready(string action, string input, string value, string why)
    {
        var secrets = new Secrets();
        var actions = AllActions.Create(new ActionHost(new StorageClients(secrets), secrets, time)
        {
            SuiteFolder = ".",
            Notify = (_, _, _) => throw new InvalidOperationException("A probe tells nobody anything."),
            ReadJournal = (_, _) => throw new InvalidOperationException("A probe has no journal."),
        });
        var call = input.Length == 0 ? TestEnvironment.Call(action) : TestEnvironment.Call(action, (input, JsonData.Of(value)));
        Assert.Equal(new ProbeAnswer(false, why, ""), await actions.ProbeAsync(call, Stop));
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private Task<ProbeAnswer> AskAsync(Func<Task<Probed>> look) =>
        new ActionSet([new Looking("http.get", look)], time).ProbeAsync(TestEnvironment.Call("http.get", ("url", Url)), Stop);

    /// <summary>An action that only looks.</summary>
    private sealed class Looking(string name, Func<Task<Probed>> look) : IAction, IProbe
    {
        public string Name => name;

        public Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken) => throw new InvalidOperationException("A plan must not act.");

        public Task<Probed> ProbeAsync(ActionCall call, CancellationToken cancellationToken) => look();
    }
}
