using System.Net.Sockets;
using Azure;
using Microsoft.Extensions.Time.Testing;
using Playbooks.Connectors;
using Playbooks.Connectors.Storage;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Actions;

public class ActionSetTests
{
    private readonly FakeTimeProvider time = new(TestEnvironment.Now);

    [Fact]
    public void Every_action_of_the_catalogue_has_its_class()
    {
        var actions = AllActions.Create(new ActionHost(new StorageClients(new Secrets()), new Secrets(), time)
        {
            SuiteFolder = ".",
            Notify = (_, _, _) => Task.FromResult("nowhere"),
            ReadJournal = (_, _) => Task.FromResult<IReadOnlyList<StoredEvent>>([]),
        });
        Assert.Equal(TestEnvironment.NamesOfCatalogue, actions.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_action_without_a_class_is_invalid() =>
        Assert.Equal(ErrorKind.Invalid, await KindAsync(new ActionSet([], time), TestEnvironment.Call("http.get", ("url", JsonData.Of("x")))));

    [Theory]
    [InlineData(RunMode.Live, EnvironmentKind.Live)]
    [InlineData(RunMode.Live, EnvironmentKind.Drill)]
    [InlineData(RunMode.Drill, EnvironmentKind.Live)]
    public async Task Chaos_is_denied_unless_mode_and_environment_are_a_drill(RunMode mode, EnvironmentKind kind)
    {
        var probe = new Probe("chaos.corruptArtifact");
        var call = TestEnvironment.Call(probe.Name, ("model", JsonData.Of("m")), ("ttl", JsonData.Of("PT1H")))
            with { Mode = mode, Environment = TestEnvironment.Of(kind) };
        Assert.Equal(ErrorKind.Denied, await KindAsync(probe, call));
        Assert.Equal(0, probe.Asked);
    }

    [Fact]
    public async Task Nothing_starts_at_or_after_its_deadline()
    {
        var probe = new Probe("http.get");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ErrorKind.Timeout, await KindAsync(probe, TestEnvironment.Call(probe.Name, ("url", JsonData.Of("x")))));
        Assert.Equal(0, probe.Asked);
    }

    public static TheoryData<string, string> UnusableInputs => new()
    {
        { "missing", "{}" },
        { "null", """{ "model": null, "percent": 10 }""" },
        { "of another type", """{ "model": 5, "percent": 10 }""" },
        { "a fraction", """{ "model": "m", "percent": 1.5 }""" },
        { "too small", """{ "model": "m", "percent": 0 }""" },
        { "too large", """{ "model": "m", "percent": 101 }""" },
    };

    [Theory, MemberData(nameof(UnusableInputs))]
    public async Task Unusable_inputs_are_invalid_before_any_effect(string why, string inputs)
    {
        var probe = new Probe("model.rejoin");
        var call = TestEnvironment.Call(probe.Name);
        call = call with { Command = call.Command with { Inputs = JsonData.Parse(inputs) } };
        Assert.True(ErrorKind.Invalid == await KindAsync(probe, call), why);
        Assert.Equal(0, probe.Asked);
    }

    [Fact]
    public async Task An_optional_input_may_be_null()
    {
        var probe = new Probe("artifacts.verify");
        var outcome = await new ActionSet([probe], time).ExecuteAsync(
            TestEnvironment.Call(probe.Name, ("model", JsonData.Of("m")), ("version", JsonData.Null)), TestContext.Current.CancellationToken);
        Assert.IsType<Outcome.Succeeded>(outcome);
    }

    [Fact]
    public async Task An_effect_cannot_be_simulated_unless_the_action_says_how()
    {
        var probe = new Probe("model.reload");
        var call = TestEnvironment.Call(probe.Name, ("model", JsonData.Of("m")));
        Assert.Equal(ErrorKind.Invalid, await KindAsync(probe, call with { Command = call.Command with { Simulate = true } }));
    }

    [Fact]
    public async Task Work_that_is_cut_off_at_the_deadline_is_a_timeout()
    {
        var started = new TaskCompletionSource();
        var probe = new Probe("model.reload", async cancellation =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        });
        var attempt = new ActionSet([probe], time).ExecuteAsync(TestEnvironment.Call(probe.Name, ("model", JsonData.Of("m"))),
            TestContext.Current.CancellationToken);
        await started.Task;
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ErrorKind.Timeout, Assert.IsType<Outcome.Failed>(await attempt).Kind);
    }

    [Fact]
    public async Task No_call_takes_longer_than_a_minute_however_far_the_deadline()
    {
        var started = new TaskCompletionSource();
        var probe = new Probe("model.reload", async cancellation =>
        {
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        });
        var call = TestEnvironment.Call(probe.Name, ("model", JsonData.Of("m")));
        var attempt = new ActionSet([probe], time).ExecuteAsync(
            call with { Command = call.Command with { Deadline = TestEnvironment.Now.AddHours(1) } }, TestContext.Current.CancellationToken);
        await started.Task;
        time.Advance(TimeSpan.FromSeconds(58));
        var failure = Assert.IsType<Outcome.Failed>(await attempt);
        Assert.Equal(ErrorKind.Timeout, failure.Kind);
        Assert.Contains("58 s", failure.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Exception, ErrorKind, ErrorKind> Failures => new()
    {
        { new HttpRequestException(HttpRequestError.ConnectionError), ErrorKind.Transient, ErrorKind.Transient },
        { new SocketException((int)SocketError.ConnectionRefused), ErrorKind.Transient, ErrorKind.Transient },
        { new HttpRequestException(HttpRequestError.ResponseEnded), ErrorKind.Transient, ErrorKind.OutcomeUnknown },
        { new IOException("reset"), ErrorKind.Transient, ErrorKind.OutcomeUnknown },
        { new TaskCanceledException(), ErrorKind.Transient, ErrorKind.OutcomeUnknown },
        { new RequestFailedException(403, "no"), ErrorKind.Denied, ErrorKind.Denied },
        { new RequestFailedException(404, "no"), ErrorKind.NotFound, ErrorKind.NotFound },
        { new RequestFailedException(412, "no"), ErrorKind.Conflict, ErrorKind.Conflict },
        { new RequestFailedException(429, "no"), ErrorKind.Throttled, ErrorKind.Throttled },
        { new RequestFailedException(503, "no"), ErrorKind.Throttled, ErrorKind.Throttled },
        { new RequestFailedException(400, "no"), ErrorKind.Invalid, ErrorKind.Invalid },
        { new ActionFailedException(ErrorKind.Integrity, "no"), ErrorKind.Integrity, ErrorKind.Integrity },
    };

    [Theory, MemberData(nameof(Failures))]
    public async Task The_worlds_failures_have_a_kind_for_reads_and_for_effects(Exception failure, ErrorKind read, ErrorKind effect)
    {
        var model = ("model", JsonData.Of("m"));
        Assert.Equal(read, await KindAsync(new Probe("artifacts.verify", _ => throw failure), TestEnvironment.Call("artifacts.verify", model)));
        Assert.Equal(effect, await KindAsync(new Probe("model.reload", _ => throw failure), TestEnvironment.Call("model.reload", model)));
    }

    [Fact]
    public async Task A_defect_of_ours_passes() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => KindAsync(
            new Probe("model.reload", _ => throw new InvalidOperationException()), TestEnvironment.Call("model.reload", ("model", JsonData.Of("m")))));

    private Task<ErrorKind> KindAsync(IAction action, ActionCall call) => KindAsync(new ActionSet([action], time), call);

    private static async Task<ErrorKind> KindAsync(ActionSet actions, ActionCall call) =>
        Assert.IsType<Outcome.Failed>(await actions.ExecuteAsync(call, TestContext.Current.CancellationToken)).Kind;

    private sealed class Probe(string name, Func<CancellationToken, Task>? work = null) : IAction
    {
        public string Name { get; } = name;
        public int Asked { get; private set; }

        public async Task<Outcome> ExecuteAsync(ActionCall call, CancellationToken cancellationToken)
        {
            Asked++;
            await (work?.Invoke(cancellationToken) ?? Task.CompletedTask);
            return new Outcome.Succeeded(JsonData.EmptyObject);
        }
    }
}
