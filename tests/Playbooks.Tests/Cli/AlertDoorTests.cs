using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Playbooks.Cli.Host;
using Playbooks.Tests.Alerts;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Cli;

/// <summary>The door for alerts as <c>serve</c> opens it, on the real engine.</summary>
public sealed class AlertDoorTests : IAsyncLifetime
{
    private const string Live = """
        { "name": "live", "kind": "live",
          "storage": { "main": { "connectionString": "env:ALERT_TEST_NONE" }, "vault": { "connectionString": "env:ALERT_TEST_NEITHER" } },
          "evidence": { "storage": "main", "container": "evidence" }, "anchor": { "storage": "vault", "container": "anchors" },
          "signing": { "artifactsPublic": "env:ALERT_TEST_NONE", "evidence": "env:ALERT_TEST_NONE" } }
        """;

    private readonly PlaybookFolder folder = new();
    private EmbeddedHost host = null!;
    private HttpClient http = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        folder.Write("environments/live.json", Live);
        var (workspace, library) = (Workspace.At(Path.Combine(folder.Path, ".playbooks")), LibraryFolder.Find(folder.Path));
        host = await EmbeddedHost.OpenAsync(workspace, library, library.LoadEnvironment("live"), TimeProvider.System, 0, []);
        var server = workspace.ReadServer()!;
        http = new HttpClient { BaseAddress = server.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await host.DisposeAsync();
        folder.Dispose();
    }

    [Theory]
    [InlineData(AlertApi.Path, 200 * 1024, false, HttpStatusCode.Accepted)]
    [InlineData(AlertApi.Path, 200 * 1024, true, HttpStatusCode.Accepted)]
    [InlineData(AlertApi.Path, 256 * 1024, true, HttpStatusCode.Accepted)]
    [InlineData(AlertApi.Path, (256 * 1024) + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(AlertApi.Path, (256 * 1024) + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/runs", 60 * 1024, false, HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/runs", 66 * 1024, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/runs", 66 * 1024, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("/api/v1/runs/run-1/orders", 66 * 1024, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task An_alert_may_be_as_large_as_Azure_Monitor_makes_it_and_nothing_else(string path, int bytes, bool chunked, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(AlertOf(bytes), Encoding.UTF8, "application/json") };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await http.SendAsync(request, Cancelled);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.Accepted ? 1 : 0, host.Engine.Alerts.Unsettled(2).Count);
    }

    [Fact]
    public async Task What_was_taken_is_listed_by_whoever_has_the_key()
    {
        using var taken = await http.PostAsync(AlertApi.Path, new StringContent(AlertOf(1024), Encoding.UTF8, "application/json"), Cancelled);
        var answer = JsonNode.Parse(await taken.Content.ReadAsStringAsync(Cancelled))!;
        var listed = JsonNode.Parse(await http.GetStringAsync("/api/v1/alerts", Cancelled))!.AsArray();
        Assert.Equal(((string)answer["delivery"]!, $"key of {LocalPerson.Id}", "grading-model-drift"), ((string)listed.Single()!["delivery"]!, (string)listed[0]!["via"]!, (string)listed[0]!["alert"]!["rule"]!));
    }

    [Fact]
    public async Task The_command_on_the_page_about_alerts_sends_one()
    {
        if (!Array.TrueForAll(["sh", "curl", "node"], OnPath))
            Assert.Skip("The page's command wants sh, curl and node.");
        folder.Write("alert.json", AlertPageTests.Alert);
        using var shell = Process.Start(new ProcessStartInfo("sh") { ArgumentList = { "-c", AlertPageTests.Command }, WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (shell.StandardOutput.ReadToEndAsync(Cancelled), shell.StandardError.ReadToEndAsync(Cancelled));
        await shell.WaitForExitAsync(Cancelled);
        Assert.Equal(($$"""{"delivery":"{{AzurePayload.Read(AlertPageTests.Alert).Delivery}}","new":true}""", "", 0), (await output, await error, shell.ExitCode));
    }

    private static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));

    private static string AlertOf(int bytes)
    {
        var alert = AzurePayload.Of("Platform", "{}");
        return alert + new string(' ', bytes - alert.Length);
    }
}
