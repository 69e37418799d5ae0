using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using Playbooks.Core;
using Playbooks.Core.Alerts;
using Playbooks.Core.Decisions;
using Playbooks.Tests.Decisions;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;
using Playbooks.Web.Api;

namespace Playbooks.Tests.Web;

/// <summary>The door for alerts over real HTTP, with a clock that the test moves.</summary>
internal sealed class AlertDoor : IAsyncDisposable
{
    public const string Key = "key";
    public static readonly WebhookSecret Secret = WebhookSecret.Parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 3, 0, 0, TimeSpan.Zero);

    private readonly WebApplication application;
    private readonly ApiLimits limits = new();
    private readonly Channel<bool> wakes = Channel.CreateUnbounded<bool>();
    private int woken;

    private AlertDoor(WebApplication application) => this.application = application;

    public HttpClient Http { get; private set; } = null!;
    public DoorTime Time { get; } = new();
    public int Woken => woken;

    /// <summary>Until somebody has been woken once more: what is stored late is stored by then.</summary>
    public async Task WakesAsync() => await wakes.Reader.ReadAsync(TestContext.Current.CancellationToken);

    public static async Task<AlertDoor> OpenAsync(IAlertInbox inbox, BaseConfigurationManager? keys = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var application = builder.Build();
        var door = new AlertDoor(application);
        var key = new ServerKey(Key, new Caller("operator", "operator", "api", CallerKind.KeyHolder));
        application.MapAlertApi(inbox, new AlertSenders(keys is null ? null : new AlertTokens(TokenMint.Tenant, TokenMint.Audience, keys, door.Time), [Secret], key.Of),
            () =>
            {
                Interlocked.Increment(ref door.woken);
                door.wakes.Writer.TryWrite(true);
            }, door.Time);
        var environment = Environments.Of(RunMode.Live);
        var runDoor = new RunDoor(null!, new Gate(new LocalDirectory(), door.Time), environment, (_, _, _) => throw new NotSupportedException(), _ => { });
        application.MapRunApi(null!, inbox, runDoor, new Callers(key, tokens: null, sessions: null), () => EngineHealth.Well, door.limits, TimeProvider.System);
        await application.StartAsync(TestContext.Current.CancellationToken);
        door.Http = new HttpClient { BaseAddress = new Uri(application.Urls.First()) };
        return door;
    }

    /// <summary>With the good key, unless something else is said.</summary>
    public async Task<DoorAnswer> SendAsync(string text, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, AlertApi.Path) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        change?.Invoke(request);
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return new DoorAnswer(response.StatusCode, response.Headers.RetryAfter?.ToString(), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await application.DisposeAsync();
        limits.Dispose();
    }
}

/// <param name="Text">The body, as it was sent.</param>
internal sealed record DoorAnswer(HttpStatusCode Status, string? RetryAfter, string Text)
{
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>What people read of a refusal.</summary>
    public string Detail => (string)Json["detail"]!;
}

/// <summary>Time that stands until it is moved, and says when somebody begins to wait for it.</summary>
internal sealed class DoorTime() : FakeTimeProvider(AlertDoor.Now)
{
    private readonly Channel<bool> began = Channel.CreateUnbounded<bool>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        began.Writer.TryWrite(true);
        return timer;
    }

    /// <summary>Until somebody has begun to wait so many times more.</summary>
    public async Task BegunAsync(int times)
    {
        for (; times > 0; times--)
            await began.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>An inbox that says when somebody is in it, and lets nobody out before it is opened.</summary>
internal sealed class SlowAlerts : IAlertInbox
{
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<bool> entered = Channel.CreateUnbounded<bool>();
    private int inside;

    public MemoryAlerts Within { get; } = new();

    /// <summary>How many are in it.</summary>
    public int Inside => inside;

    public void Open() => opened.SetResult();

    /// <summary>Until so many more have come in.</summary>
    public async Task EnteredAsync(int times)
    {
        for (; times > 0; times--)
            await entered.Reader.ReadAsync(TestContext.Current.CancellationToken);
    }

    public async Task<bool> KeepAsync(ReceivedAlert alert, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref inside);
        entered.Writer.TryWrite(true);
        await opened.Task.WaitAsync(cancellationToken);
        Interlocked.Decrement(ref inside);
        return await Within.KeepAsync(alert, cancellationToken);
    }

    public Task SettleAsync(string delivery, AlertFate fate, CancellationToken cancellationToken) => Within.SettleAsync(delivery, fate, cancellationToken);

    public IReadOnlyList<KeptAlert> Unsettled(int atMost) => Within.Unsettled(atMost);

    public IReadOnlyList<KeptAlert> Latest(long? before, int atMost) => Within.Latest(before, atMost);

    public IReadOnlyList<KeptAlert> OfAlert(string alertId) => Within.OfAlert(alertId);
}
