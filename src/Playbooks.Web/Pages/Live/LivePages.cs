using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Playbooks.Core;
using Playbooks.Web.Access;
using Playbooks.Web.Pages.Runs;

namespace Playbooks.Web.Pages.Live;

/// <summary>
/// Keeps open pages up to date: sends the parts of a page that have changed, as the server would show them now. Nothing is decided from here: it only tells.
/// </summary>
internal static class LivePages
{
    private static readonly TimeSpan BoardEvery = TimeSpan.FromSeconds(2);
    /// <summary>Times go on without events: bars grow and deadlines come nearer.</summary>
    private static readonly TimeSpan RunAtLeastEvery = TimeSpan.FromSeconds(20);
    /// <summary>Events that come together are shown together.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(150);
    /// <summary>Then the browser asks again: so whoever was signed out meanwhile sees no more.</summary>
    private static readonly TimeSpan LastsAtMost = TimeSpan.FromMinutes(10);

    private static readonly string[] Lists = ["run-asks", "run-orders"];

    public static void Map(RouteGroupBuilder pages, PageHost host, PageGate gate, PageLimits limits)
    {
        pages.MapGet("/live/runs", (HttpContext http, CancellationToken _) => StreamAsync(http, limits, async stream =>
        {
            PageGate.Demand(http, Operation.ViewRuns);
            while (true)
            {
                var board = BoardModel.Of(await PagesApi.ListAsync(host, http, stream.Cancelled), host.Playbooks(), host.Time.GetUtcNow());
                await stream.SendAsync(board.Headline, host.Time.GetUtcNow(), [new("board", await PageRenderer.RenderAsync<Board>((nameof(Board.Model), board)))], []);
                await Task.Delay(BoardEvery, host.Time, stream.Cancelled);
            }
        }, host.Time));
        pages.MapGet("/live/runs/{id}", (HttpContext http, string id, string nonce, long seen) => StreamAsync(http, limits, async stream =>
        {
            PageGate.Demand(http, Operation.ViewRuns);
            await PagesApi.FindAsync(host, http, id, stream.Cancelled);
            var events = new List<StoredEvent>();
            var frame = gate.FrameOf(http) with { Answer = null, Nonce = nonce.Length is > 0 and <= 64 ? nonce : PageGate.NewNonce() };
            while (true)
            {
                events.AddRange(await host.Runs.ReadAsync(id, events.Count + 1, stream.Cancelled));
                if (events.Count == 0 || await host.Runs.FindAsync(id, stream.Cancelled) is not { } run)
                    return;
                var model = RunModel.Of(run, events, await gate.VisitorInAsync(http, run), host.Time.GetUtcNow());
                var (news, parts) = (model.Awaits is null ? model.State : $"{model.State}. Waits for {model.Awaits}", await PartsAsync(frame with { Now = model.Now }, model));
                // What the page shows already is not sent again: somebody may have begun to press or to write.
                if (events.Count == seen)
                    stream.Knows(news, parts);
                else
                    await stream.SendAsync(news, model.Now, parts, Lists);
                if (!await ChangedAsync(host, id, events.Count, stream.Cancelled))
                    return;
            }
        }, host.Time));
    }

    /// <summary>Forms are parts of their own, under the list that they stand in, so that none is touched while somebody writes in it.</summary>
    private static async Task<List<Part>> PartsAsync(Frame frame, RunModel model)
    {
        (string, object?)[] both = [("Model", model), ("Frame", frame)];
        var parts = new List<Part>
        {
            new("run-head", await PageRenderer.RenderAsync<RunHead>(both)),
            new("run-timeline", await PageRenderer.RenderAsync<Timeline>((nameof(Timeline.Model), model.Timeline))),
            new("run-events", await PageRenderer.RenderAsync<EventTable>((nameof(EventTable.Model), model.Events), (nameof(EventTable.RunId), model.Summary.RunId))),
            new("run-evidence", await PageRenderer.RenderAsync<EvidencePart>(both)),
        };
        foreach (var ask in model.Asks)
            parts.Add(new(ask.Id, await PageRenderer.RenderAsync<AskCard>(("Ask", ask), ("Frame", frame), ("RunId", model.Summary.RunId)), "run-asks"));
        foreach (var order in model.Orders)
            parts.Add(new($"order-{order.Name}", await PageRenderer.RenderAsync<OrderCard>(("Order", order), ("Frame", frame), ("RunId", model.Summary.RunId)), "run-orders"));
        return parts;
    }

    /// <summary>False when nothing more will come.</summary>
    private static async Task<bool> ChangedAsync(PageHost host, string id, long sequence, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changed = host.Changed(id, sequence, either.Token);
        var first = await Task.WhenAny(changed, Task.Delay(RunAtLeastEvery, host.Time, either.Token));
        if (first == changed && !await changed)
            return false;
        if (first == changed)
            await Task.Delay(Together, host.Time, cancellationToken);
        await either.CancelAsync();
        return true;
    }

    private static async Task<IResult> StreamAsync(HttpContext http, PageLimits limits, Func<LiveStream, Task> send, TimeProvider time)
    {
        using var lease = limits.Live(PageGate.VisitorOf(http).Person);
        if (!lease.IsAcquired)
            return Results.StatusCode(StatusCodes.Status429TooManyRequests);
        http.Response.ContentType = "text/event-stream; charset=utf-8";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var last = new CancellationTokenSource(LastsAtMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(last.Token, http.RequestAborted);
        var stream = new LiveStream(http.Response, either.Token);
        try
        {
            await send(stream);
            await stream.OverAsync();
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The page was closed, or asks again.
        }
        return Results.Empty;
    }
}

/// <param name="Id">Of the element that it replaces.</param>
/// <param name="List">The element that holds it among others; null where it stands alone.</param>
internal sealed record Part(string Id, string Html, string? List = null);

/// <summary>One open page: knows what it has sent, and sends what differs.</summary>
internal sealed class LiveStream(HttpResponse response, CancellationToken cancelled)
{
    private readonly Dictionary<string, string> sent = new(StringComparer.Ordinal);
    private string? saidLast;

    public CancellationToken Cancelled { get; } = cancelled;

    /// <summary>The page was made with this.</summary>
    public void Knows(string news, IReadOnlyList<Part> parts)
    {
        foreach (var part in parts)
            sent[part.Id] = part.Html;
        saidLast = news;
    }

    /// <param name="news">Read out to who cannot see the page, when it has changed.</param>
    /// <param name="listIds">Elements that hold others, also where they hold none now.</param>
    public async Task SendAsync(string news, DateTimeOffset now, IReadOnlyList<Part> parts, IReadOnlyList<string> listIds)
    {
        var changed = parts.Where(part => sent.GetValueOrDefault(part.Id) != part.Html).ToDictionary(part => part.Id, part => part.Html);
        var lists = listIds.ToDictionary(list => list, list => parts.Where(part => part.List == list).Select(part => part.Id).ToArray());
        var spoken = saidLast is not null && saidLast != news ? news : null;
        Knows(news, parts);
        await WriteAsync("parts", JsonSerializer.Serialize(new { now = Shown.Machine(now), news = spoken, parts = changed, lists }, JsonSerializerOptions.Web));
    }

    public Task OverAsync() => WriteAsync("over", "{}");

    private async Task WriteAsync(string name, string json)
    {
        await response.WriteAsync($"event: {name}\ndata: {json}\n\n", Cancelled);
        await response.Body.FlushAsync(Cancelled);
    }
}
