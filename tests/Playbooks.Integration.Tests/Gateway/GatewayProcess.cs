using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Playbooks.Integration.Tests.Gateway;

/// <summary>A gateway as it is deployed: its own process, started with a configuration file, found by its ready line.</summary>
public sealed class GatewayProcess : IAsyncDisposable
{
    public const string Key = "a-key-of-more-than-thirty-two-characters";
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(5);
    private readonly HttpClient _client = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private GatewayProcess(Process process) => Process = process;

    public Process Process { get; }

    public string Replica { get; private set; } = "";

    public Uri Data { get; private set; } = null!;

    public Uri Control { get; private set; } = null!;

    public string Errors => string.Join('\n', _errors);

    /// <summary>Starts it and waits for the ready line; fails with what it said when it ends before.</summary>
    public static async Task<GatewayProcess> StartAsync(string config, params string[] more)
    {
        var gateway = Launch(config, more);
        var line = await gateway.Process.StandardOutput.ReadLineAsync().WaitAsync(ReadyWithin);
        if (line is null)
        {
            await gateway.Process.WaitForExitAsync();
            throw new InvalidOperationException($"the gateway ended with {gateway.Process.ExitCode}: {gateway.Errors}");
        }
        var ready = JsonElement.Parse(line);
        gateway.Replica = ready.GetProperty("replica").GetString()!;
        gateway.Data = new Uri(ready.GetProperty("data").GetString()!);
        gateway.Control = new Uri(ready.GetProperty("control").GetString()!);
        return gateway;
    }

    /// <summary>Starts it without waiting, for those that are to end by themselves.</summary>
    public static GatewayProcess Launch(string config, params string[] more)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Playbooks.Gateway.dll"), "--config", config, .. more])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var gateway = new GatewayProcess(Process.Start(start)!);
        gateway.Process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null) gateway._errors.Enqueue(line.Data);
        };
        gateway.Process.BeginErrorReadLine();
        return gateway;
    }

    public async Task<string?> RungAsync()
    {
        using var answer = await _client.PostAsync(new Uri(Data, "/grading/score"), new StringContent("{}"));
        return answer.Headers.TryGetValues("X-Playbooks-Rung", out var rung) ? rung.Single() : null;
    }

    public async Task<JsonElement> OrderAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Control, path));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
            await request.Content.LoadIntoBufferAsync();
        }
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var answer = await _client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    public async Task<long> IsolateAsync()
    {
        var state = await OrderAsync(HttpMethod.Put, "/state/grading", new { mode = "previous", reason = "it grades all alike" });
        return state.GetProperty("current").GetProperty("generation").GetInt64();
    }

    /// <summary>The replicas that are heard and have not said that they applied the state; null when all have.</summary>
    public async Task<IReadOnlyList<string>?> WaitingForAsync(long generation)
    {
        var confirmation = (await OrderAsync(HttpMethod.Get, $"/replicas?model=grading&generation={generation}")).GetProperty("confirmation");
        return confirmation.GetProperty("confirmed").GetBoolean()
            ? null
            : [.. confirmation.GetProperty("waitingFor").EnumerateArray().Select(n => n.GetString()!)];
    }

    /// <summary>As a machine that loses power.</summary>
    public async Task KillAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
    }

    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{Process.Id}"]);
        await Process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return Process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Process.HasExited) await KillAsync();
        Process.Dispose();
        _client.Dispose();
    }
}
