using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Playbooks.Core;
using Playbooks.Core.Renderings;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.Alerts;
using Playbooks.Web.Api;

namespace Playbooks.Cli.Host;

/// <summary>Speaks to a running host, here or elsewhere.</summary>
internal sealed class RunClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);
    private const int PageSize = 200;
    private const int PagesMax = 10;
    private const int DetailMaxCharacters = 2_000;
    private readonly HttpClient http;

    private RunClient(ServerAddress server)
    {
        // Wherever somebody else would lead us, the token was not meant for them.
        http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = server.Url, Timeout = Timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
    }

    public static RunClient Connect(ServerAddress server) => new(server);

    /// <summary>The host that works in this folder, or on the newest drill in it.</summary>
    /// <exception cref="CliException">None is running.</exception>
    public static RunClient Connect(Workspace workspace) =>
        Find(workspace) is { } server ? new RunClient(server)
            : throw new CliException(ExitCodes.NotAvailable, $"No host is running in {workspace.Folder}. Start one with 'playbooks serve', or name its folder with --data.");

    public async Task<RunView> ShowAsync(string run, CancellationToken cancellationToken) => (await GetAsync<RunView>($"{RunApi.Prefix}/runs/{Uri.EscapeDataString(run)}", cancellationToken)).Value;

    /// <summary>The newest runs, the newest last.</summary>
    public async Task<IReadOnlyList<RunSummary>> RunsAsync(CancellationToken cancellationToken)
    {
        var runs = await PagesAsync<RunSummary>("runs", cancellationToken);
        runs.Reverse();
        return runs;
    }

    /// <summary>The latest alerts, the latest first.</summary>
    public Task<List<AlertView>> AlertsAsync(CancellationToken cancellationToken) => PagesAsync<AlertView>("alerts", cancellationToken);

    public async Task<StartAnswer> StartAsync(StartBody body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync("runs", body, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<StartAnswer>(WireJson.Options, cancellationToken))!;
    }

    /// <summary>Says something to a run; the answer tells how it was judged.</summary>
    public async Task<Judgement> PostAsync<T>(string run, string what, T body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync($"runs/{Uri.EscapeDataString(run)}/{what}", body, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<Judgement>(WireJson.Options, cancellationToken))!;
    }

    public void Dispose() => http.Dispose();

    private async Task<List<T>> PagesAsync<T>(string path, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        var next = $"{RunApi.Prefix}/{path}?limit={PageSize}";
        for (var page = 0; page < PagesMax && next is not null; page++)
        {
            var (items, link) = await GetAsync<List<T>>(next, cancellationToken);
            all.AddRange(items);
            // A path of the same host and nothing else: a link is text of whoever answers.
            next = link is ['<', '/', not '/', ..] && link.IndexOf('>', StringComparison.Ordinal) is > 0 and var end && link.EndsWith("rel=\"next\"", StringComparison.Ordinal) ? link[1..end] : null;
        }
        return all;
    }

    private async Task<(T Value, string? Link)> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(path, cancellationToken);
        await ThrowIfRefused(response, cancellationToken);
        return ((await response.Content.ReadFromJsonAsync<T>(WireJson.Options, cancellationToken))!, response.Headers.TryGetValues("Link", out var links) ? links.FirstOrDefault() : null);
    }

    private async Task<HttpResponseMessage> SendAsync<T>(string path, T body, CancellationToken cancellationToken)
    {
        var response = await http.PostAsJsonAsync($"{RunApi.Prefix}/{path}", body, WireJson.Options, cancellationToken);
        await ThrowIfRefused(response, cancellationToken);
        return response;
    }

    private static async Task ThrowIfRefused(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var detail = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            using var problem = JsonDocument.Parse(detail);
            detail = problem.RootElement.ValueKind == JsonValueKind.Object && problem.RootElement.TryGetProperty("detail", out var known) ? known.GetString() ?? detail : detail;
        }
        catch (JsonException)
        {
            // An answer that is no problem document is shown as it is.
        }
        detail = Printable.Line(detail[..Math.Min(detail.Length, DetailMaxCharacters)]);
        throw response.StatusCode switch
        {
            HttpStatusCode.Forbidden => new CliException(ExitCodes.NotGood, $"Refused: {detail}"),
            HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => new CliException(ExitCodes.WrongInput, $"The host answers {(int)response.StatusCode}: {detail}"),
            _ => new CliException(ExitCodes.NotAvailable, $"The host answers {(int)response.StatusCode}: {detail}"),
        };
    }

    private static ServerAddress? Find(Workspace workspace)
    {
        var drills = Directory.Exists(workspace.Drills) ? Directory.GetDirectories(workspace.Drills).OrderDescending(StringComparer.Ordinal) : Enumerable.Empty<string>();
        return drills.Prepend(workspace.Folder).Select(folder => new Workspace(folder).ReadServer())
            .FirstOrDefault(server => server is not null && IsAlive(server.ProcessId));
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
