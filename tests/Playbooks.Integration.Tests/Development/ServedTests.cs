using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using Playbooks.Cli.Host;
using Playbooks.Cli.Verbs;
using Playbooks.Tests;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.SignIn;

namespace Playbooks.Integration.Tests.Development;

/// <summary>The whole of <c>serve -e development</c> on this machine, with the storage emulator that it starts for itself.</summary>
public sealed partial class ServedTests : IDisposable
{
    private const string Alert = """
        { "type": "alert.fired", "timestamp": "2026-01-12T03:00:00Z",
          "data": { "id": "planner-7", "rule": "manual-exam-planner", "severity": "Sev1", "customProperties": { "service": "the exam planner" } } }
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("playbooks-served-").FullName;
    private readonly Lines output = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(folder, "data");

    public void Dispose()
    {
        output.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task One_alert_and_two_people_bring_a_run_to_its_end_and_its_evidence_verifies()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var serving = InvokeAsync(stop.Token, "serve", "-e", "development", "--playbooks", Path.Combine(Repository.Root, "playbooks"), "--data", Data, "--evidence", Path.Combine(folder, "evidence"));
        await output.LineAsync("run API at ");
        var server = new Workspace(Data).ReadServer()!;
        using var sender = new HttpClient { BaseAddress = server.Url };
        sender.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Key);
        for (var times = 0; times < 5; times++)
        {
            using var taken = await sender.PostAsync("/api/alerts", new StringContent(Alert, Encoding.UTF8, "application/json"), Cancelled);
            Assert.Equal(HttpStatusCode.Accepted, taken.StatusCode);
        }
        await output.LineAsync("#incidents: the exam planner may answer wrongly");
        var run = (string)Assert.Single(JsonNode.Parse(await sender.GetStringAsync("/api/v1/runs", Cancelled))!.AsArray())!["runId"]!;

        var open = await UntilAsync(sender, run, view => view["approvals"]!.AsArray() is [{ } approval] ? approval : null);
        await SayAsync(server.Url, "dev:approver", $"/api/v1/runs/{run}/votes", new VoteBody("vote-1", (string)open["path"]!, (int)open["round"]!, (string)open["digest"]!, true, null));
        await UntilAsync(sender, run, view => view["steps"]!.AsArray().FirstOrDefault(step => (string)step!["path"]! == "takeOut"));
        await SayAsync(server.Url, "dev:operator", $"/api/v1/runs/{run}/tasks", new TaskBody("takeOut", "Switched off at the plug."));
        var report = (await output.LineAsync("evidence: ")).Split("evidence: ")[1];

        Assert.True(File.Exists(report));
        Assert.Equal(0, await InvokeAsync(Cancelled, "evidence", "verify", Path.GetDirectoryName(report)!, "--key", Path.Combine(Data, "development", "evidence.pub.pem")));
        await stop.CancelAsync();
        Assert.True(await serving is 0 or 130);
        Assert.False(File.Exists(Path.Combine(Data, "development", "storage.json")));
    }

    private Task<int> InvokeAsync(CancellationToken cancellationToken, params string[] arguments) =>
        RootVerb.Create().Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = output, Error = output }, cancellationToken);

    private static async Task<JsonNode> UntilAsync(HttpClient http, string run, Func<JsonNode, JsonNode?> find)
    {
        while (true)
        {
            if (find(JsonNode.Parse(await http.GetStringAsync($"/api/v1/runs/{run}", Cancelled))!) is { } found)
                return found;
        }
    }

    /// <summary>Signs in as a person in a browser of their own and says it.</summary>
    private static async Task SayAsync<T>(Uri url, string person, string path, T body)
    {
        using var browser = new HttpClient(new HttpClientHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false }) { BaseAddress = url };
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("person", person), KeyValuePair.Create(SignInSessions.AntiforgeryField, await TokenAsync(browser))]);
        using var signedIn = await browser.PostAsync(SignInPaths.SignIn, form, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, signedIn.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, options: WireJson.Options) };
        request.Headers.Add(SignInSessions.AntiforgeryHeader, await TokenAsync(browser));
        using var said = await browser.SendAsync(request, Cancelled);
        Assert.Contains("\"accepted\":true", await said.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    private static async Task<string> TokenAsync(HttpClient browser) =>
        WebUtility.HtmlDecode(TokenInForm().Match(await browser.GetStringAsync(SignInPaths.SignIn, Cancelled)).Groups[1].Value);

    [GeneratedRegex("name=\"antiforgery\" value=\"([^\"]+)\"")]
    private static partial Regex TokenInForm();

    /// <summary>What a verb says, line by line.</summary>
    private sealed class Lines : StringWriter
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
        private readonly Channel<string> lines = Channel.CreateUnbounded<string>();

        public override void WriteLine(string? value) => lines.Writer.TryWrite(value ?? "");

        /// <summary>The next line that holds these words; those before it are passed over.</summary>
        public async Task<string> LineAsync(string words)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            patience.CancelAfter(Patience);
            var passed = new StringBuilder();
            try
            {
                while (true)
                {
                    var line = await lines.Reader.ReadAsync(patience.Token);
                    if (line.Contains(words, StringComparison.Ordinal))
                        return line;
                    passed.AppendLine(line);
                }
            }
            catch (OperationCanceledException)
            {
                throw new Xunit.Sdk.XunitException($"It did not say '{words}':\n{passed}");
            }
        }
    }
}
