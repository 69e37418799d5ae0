using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.Api;

namespace Playbooks.Cli.Host;

/// <summary>Speaks to a running host.</summary>
internal sealed class RunClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private readonly HttpClient http;

    private RunClient(ServerAddress server)
    {
        http = new HttpClient { BaseAddress = server.Url, Timeout = Timeout };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
    }

    /// <summary>The host that works in this folder, or on the newest drill in it.</summary>
    /// <exception cref="CliException">None is running.</exception>
    public static RunClient Connect(Workspace workspace) =>
        Find(workspace) is { } server ? new RunClient(server)
            : throw new CliException(ExitCodes.NotAvailable, $"No host is running in {workspace.Folder}. Start one with 'playbooks serve', or name its folder with --data.");

    public Task<RunView> ShowAsync(string run, CancellationToken cancellationToken) => GetAsync<RunView>($"runs/{Uri.EscapeDataString(run)}", cancellationToken);

    public async Task<StartAnswer> StartAsync(StartBody body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync("runs", body, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<StartAnswer>(WireJson.Options, cancellationToken))!;
    }

    /// <summary>Says something to a run; the answer tells how the decider judged it.</summary>
    public async Task<Judgement> PostAsync<T>(string run, string what, T body, CancellationToken cancellationToken)
    {
        using var response = await SendAsync($"runs/{Uri.EscapeDataString(run)}/{what}", body, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<Judgement>(WireJson.Options, cancellationToken))!;
    }

    public void Dispose() => http.Dispose();

    private async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync($"{RunApi.Prefix}/{path}", cancellationToken);
        await ThrowIfRefused(response, cancellationToken);
        return (await response.Content.ReadFromJsonAsync<T>(WireJson.Options, cancellationToken))!;
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
            detail = problem.RootElement.TryGetProperty("detail", out var known) ? known.GetString() ?? detail : detail;
        }
        catch (JsonException)
        {
            // An answer that is no problem document is shown as it is.
        }
        throw new CliException(response.StatusCode == HttpStatusCode.NotFound ? ExitCodes.WrongInput : ExitCodes.NotAvailable,
            $"The host answers {(int)response.StatusCode}: {detail}");
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
