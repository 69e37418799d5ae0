using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Playbooks.Core;
using Playbooks.Core.Decisions;
using Playbooks.Tests.Decisions;
using Playbooks.Tests.Web.Access;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.Api;

namespace Playbooks.Tests.Web;

/// <summary>What the API answers to people is how the decider judged them, and nothing else.</summary>
public sealed class RunApiTests : IAsyncLifetime
{
    private const string Key = "key";
    private static readonly Caller Holder = new("local:holder", "Holder", "api", CallerKind.KeyHolder);
    private readonly People people = new();
    private readonly ApiLimits limits = new();
    private readonly StoryRuns runs = new();
    private WebApplication application = null!;
    private HttpClient http = null!;
    private EngineHealth? health = EngineHealth.Well;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(options => WireJson.Make(options.SerializerOptions));
        application = builder.Build();
        var environment = Environments.Of(RunMode.Live);
        var door = new RunDoor(runs, new Gate(people, TimeProvider.System), environment, (_, _, _) => throw new NotSupportedException(), _ => { });
        people.Are(Holder.Person, "commanders");
        application.MapRunApi(runs, new MemoryAlerts(), door, new Callers(new ServerKey(Key, Holder), tokens: null, sessions: null), () => health!, limits, TimeProvider.System);
        application.MapHealthApi(() => health);
        await application.StartAsync(Cancelled);
        var address = application.Urls.First();
        http = new HttpClient { BaseAddress = new Uri(address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await application.DisposeAsync();
        limits.Dispose();
    }

    [Fact]
    public async Task Whoever_has_a_key_sees_whether_the_engine_goes_on()
    {
        Assert.Equal("{}", await http.GetStringAsync($"{RunApi.Prefix}/health", Cancelled));
        health = new EngineHealth("The disk is full.", new DateTimeOffset(2026, 3, 1, 3, 0, 0, TimeSpan.Zero));
        Assert.Equal("""{"problem":"The disk is full.","waitsSince":"2026-03-01T03:00:00+00:00"}""", await http.GetStringAsync($"{RunApi.Prefix}/health", Cancelled));
    }

    [Fact]
    public async Task Whoever_asks_hears_whether_it_lives_and_whether_it_is_ready_and_no_more()
    {
        http.DefaultRequestHeaders.Authorization = null;
        Assert.Equal(("200 yes", "200 yes"), (await AskAsync(HealthApi.LivePath), await AskAsync(HealthApi.ReadyPath)));
        health = new EngineHealth("The disk is full.", DateTimeOffset.UnixEpoch);
        Assert.Equal(("200 yes", "503 no"), (await AskAsync(HealthApi.LivePath), await AskAsync(HealthApi.ReadyPath)));
        health = null;
        Assert.Equal(("503 no", "503 no"), (await AskAsync(HealthApi.LivePath), await AskAsync(HealthApi.ReadyPath)));

        async Task<string> AskAsync(string path)
        {
            using var answer = await http.GetAsync(path, Cancelled);
            return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancelled)}";
        }
    }

    [Fact]
    public async Task An_order_of_somebody_entitled_is_taken() =>
        Assert.Equal(new Judgement(true, null), await OrderAsync("order-1", new Order.Pause()));

    [Fact]
    public async Task An_order_of_somebody_else_is_refused_with_the_reason()
    {
        people.Are(Holder.Person, "passers-by");
        var judgement = await OrderAsync("order-1", new Order.Pause());
        Assert.False(judgement.Accepted);
        Assert.Contains("commanders", judgement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_gets_the_answer_that_the_first_one_got()
    {
        people.Are(Holder.Person, "passers-by");
        var first = await OrderAsync("order-1", new Order.Pause());
        people.Are(Holder.Person, "commanders");
        Assert.Equal(first, await OrderAsync("order-1", new Order.Pause()));
        Assert.True((await OrderAsync("order-2", new Order.Pause())).Accepted);
        Assert.True((await OrderAsync("order-2", new Order.Pause())).Accepted);
    }

    [Fact]
    public async Task What_nobody_judges_is_not_called_taken()
    {
        runs.Hears(new RunEvent.RunParked("a defect", runs.Run.Now));
        var judgement = await OrderAsync("order-1", new Order.Cancel());
        Assert.False(judgement.Accepted);
        Assert.Contains("parked", judgement.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signal_is_taken_as_it_is() =>
        Assert.True((await PostAsync("signals", new SignalBody("signal-1", "ready", null))).Accepted);

    [Fact]
    public async Task Nobody_speaks_without_the_key()
    {
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "another");
        using var response = await http.PostAsJsonAsync($"{RunApi.Prefix}/runs/run-1/orders", new OrderBody("order-1", new Order.Cancel(), "why"), WireJson.Options, Cancelled);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.DoesNotContain(runs.Events, happened => happened is RunEvent.OrderGiven);
    }

    private Task<Judgement> OrderAsync(string id, Order order) => PostAsync("orders", new OrderBody(id, order, "because"));

    private async Task<Judgement> PostAsync<T>(string what, T body)
    {
        using var response = await http.PostAsJsonAsync($"{RunApi.Prefix}/runs/run-1/{what}", body, WireJson.Options, Cancelled);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
        return (await response.Content.ReadFromJsonAsync<Judgement>(WireJson.Options, Cancelled))!;
    }

    /// <summary>One run, told by the real decider.</summary>
    private sealed class StoryRuns : IRuns
    {
        public StoryRuns()
        {
            var story = Story.Of(Steps.List("""{ "id": "hold", "wait": { "for": "PT1H" } }"""), rto: "");
            (Run, Events) = (story.Run, story.Events);
        }

        public Run Run { get; private set; }
        public List<RunEvent> Events { get; }

        public void Hears(RunEvent happened)
        {
            var reaction = Decider.React(Run, [happened], "epoch:1");
            Run = reaction.Run;
            Events.AddRange(reaction.Appended);
        }

        public Task<bool> SignalAsync(string runId, RunEvent happened, CancellationToken cancellationToken)
        {
            Hears(happened);
            return Task.FromResult(true);
        }

        public Task<Run?> FindAsync(string runId, CancellationToken cancellationToken) => Task.FromResult<Run?>(Run);

        public Task<IReadOnlyList<StoredEvent>> ReadAsync(string runId, long fromSequence, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<StoredEvent>>([.. Events.Select((happened, index) => new StoredEvent(runId, index + 1, happened, "", EventJson.Write(happened)))
                .Where(stored => stored.Sequence >= fromSequence)]);

        public Task<StartResult> StartAsync(StartRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IReadOnlyList<RunSummary>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
