using System.Net.Http.Headers;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text;
using Playbooks.Cli.Host;
using Playbooks.Core.Decisions;
using Playbooks.Core.Json;
using Playbooks.Core;
using Playbooks.Hosting;
using Playbooks.Tests.Cli;
using Playbooks.Tests.Definitions;
using Playbooks.Tests.Sqlite;
using Playbooks.Tests.Telemetry;
using Playbooks.Web.Alerts;

namespace Playbooks.Tests.Canaries;

/// <summary>A canary stands in every secret that a host takes; then it does what it can, against targets that say back whatever they hear. Nothing that was written may hold one.</summary>
public sealed class CanaryTests : IAsyncLifetime
{
    private const string Steps = """
        { "id": "echo", "do": "http.get", "with": { "url": "ORIGIN/echo", "headers": { "Authorization": "file:http-secrets/CANARY-bearer", "X-Key": "env:HTTP_CANARY_KEY", "X-Basic": "file:http-secrets/CANARY-basic" } } },
        { "id": "refused", "do": "http.get", "with": { "url": "ORIGIN/refused", "headers": { "Authorization": "file:http-secrets/CANARY-bearer" } } },
        { "id": "post", "do": "http.request", "with": { "method": "POST", "url": "ORIGIN/refused", "headers": { "X-Key": "env:HTTP_CANARY_KEY" } } },
        { "id": "garbage", "do": "http.get", "with": { "url": "ORIGIN/garbage", "headers": { "X-Key": "env:HTTP_CANARY_KEY" } } },
        { "id": "elsewhere", "do": "http.get", "with": { "url": "ORIGIN/elsewhere", "headers": { "X-Key": "env:HTTP_CANARY_KEY" } } },
        { "id": "unmeant", "do": "http.get", "with": { "url": "ORIGIN/echo", "headers": { "X-Key": "env:CANARY_UNMEANT" } } },
        { "id": "unfit", "do": "http.get", "with": { "url": "ORIGIN/echo", "headers": { "X-Key": "env:HTTP_CANARY_UNFIT" } } },
        { "id": "choose", "do": "artifacts.lastKnownGood", "with": { "model": "grading" } },
        { "id": "verify", "do": "artifacts.verify", "with": { "model": "grading", "version": 1 } },
        { "id": "publish", "do": "evidence.publish" },
        { "id": "preserve", "do": "artifacts.preserve", "with": { "model": "grading" } },
        { "id": "replay", "do": "deadletters.reprocess", "with": { "queue": "grading-jobs" } },
        { "id": "erase", "do": "erasures.reapply", "with": { "model": "grading", "since": "2026-01-01T00:00:00Z" } }
        """;

    private readonly PlaybookFolder folder = new();
    private readonly Canary canary = new();
    private readonly List<string> terminal = [];
    private readonly List<string> answers = [];
    private readonly string secrets = Directory.CreateDirectory("http-secrets").FullName;
    private readonly Dictionary<string, string> set = [];
    private EchoServer echo = null!;
    private Collector collector = null!;
    private string name = "";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(folder.Path, "data");

    public async ValueTask InitializeAsync()
    {
        echo = await EchoServer.StartAsync();
        collector = await Collector.StartAsync();
        name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
    }

    public async ValueTask DisposeAsync()
    {
        await collector.DisposeAsync();
        await echo.DisposeAsync();
        foreach (var file in Directory.GetFiles(secrets, name + "-*"))
            File.Delete(file);
        foreach (var variable in set.Keys)
            Environment.SetEnvironmentVariable(variable, null);
        folder.Dispose();
    }

    [Fact]
    public async Task Nothing_that_a_host_writes_says_or_sends_holds_a_secret()
    {
        PlantSecrets();
        WriteFiles();
        var run = await ServeAsync();
        await LookAsync(run);

        // The canaries were there to be told: the targets have heard them.
        Assert.Contains(echo.Heard, heard => heard.Contains($"Bearer {Canary.Marker}", StringComparison.Ordinal));
        Assert.Contains(echo.Heard, heard => heard.StartsWith("/vault", StringComparison.Ordinal) && heard.Contains($"sig={Canary.Marker}", StringComparison.Ordinal));
        Assert.True(terminal.Count > 5 && answers.Count > 5 && collector.Of("traces").Count > 0 && collector.Of("logs").Count > 0 && collector.Of("metrics").Count > 0);
        List<string> found =
        [
            .. canary.FindUnder(folder.Path, file => file.Contains("/secrets/", StringComparison.Ordinal) || file.EndsWith("leaky.json", StringComparison.Ordinal)),
            .. canary.FindIn("the terminal", string.Join('\n', terminal)), .. canary.FindIn("an answer", string.Join('\n', answers)),
            .. collector.All.SelectMany(body => canary.FindIn("the telemetry", body.Span)),
        ];
        Assert.Empty(found);
    }

    [Theory]
    [InlineData(AlertSettings.SecretsVariable)]
    [InlineData(AlertSettings.TenantVariable)]
    [InlineData(AlertSettings.SubscriptionsVariable)]
    public void A_variable_that_holds_something_else_is_refused_and_a_secret_in_it_is_not_repeated(string variable)
    {
        var planted = canary.Plant("misplaced");
        var wrong = Record.Exception(() =>
        {
            AlertSettings.Read(asked => asked == variable ? planted : null, TimeProvider.System);
            AlertSettings.Subscriptions(asked => asked == variable ? planted : null);
        });

        Assert.Empty(canary.FindIn("the message", Assert.IsType<HostSettingException>(wrong).Message));
    }

    /// <summary>Every kind of secret there is.</summary>
    private void PlantSecrets()
    {
        var account = Encoding.UTF8.GetBytes(canary.Plant("account-key") + canary.Plant("account-key-more"));
        canary.Plant("account key as text", Convert.ToBase64String(account));
        Secret("main", $"DefaultEndpointsProtocol=http;AccountName=main;AccountKey={Convert.ToBase64String(account)};BlobEndpoint={echo.Url}/main;QueueEndpoint={echo.Url}/main;TableEndpoint={echo.Url}/main");
        Secret("vault", $"BlobEndpoint={echo.Url}/vault;SharedAccessSignature=sv=2024-11-04&sig={canary.Plant("sas")}");
        foreach (var key in new[] { "artifacts", "evidence" })
        {
            using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var pem = pair.ExportPkcs8PrivateKeyPem();
            foreach (var (line, index) in pem.Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')).Select((line, index) => (line, index)))
                canary.Plant($"key {key}, line {index}", line);
            Secret(key, pem);
            folder.Write(key + ".pub.pem", pair.ExportSubjectPublicKeyInfoPem());
        }
        File.WriteAllText(Path.Combine(secrets, name + "-bearer"), "Bearer " + canary.Plant("bearer") + "\n");
        var basic = canary.Plant("basic");
        canary.Plant("basic as sent", Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + basic)));
        File.WriteAllText(Path.Combine(secrets, name + "-basic"), $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + basic))}");
        Set($"HTTP_{name}_KEY", canary.Plant("header"));
        Set($"HTTP_{name}_UNFIT", canary.Plant("unfit") + "\nsecond line");
        Set($"{name}_UNMEANT", canary.Plant("unmeant"));
    }

    private void WriteFiles()
    {
        var live = JsonNode.Parse(EnvironmentText.Drill)!;
        live["storage"] = JsonNode.Parse($$"""{ "main": { "connectionString": "file:{{At("main")}}" }, "anchor": { "connectionString": "file:{{At("vault")}}" } }""");
        live["signing"] = JsonNode.Parse($$"""{ "artifacts": "file:{{At("artifacts")}}", "artifactsPublic": "file:{{Path.Combine(folder.Path, "artifacts.pub.pem")}}", "evidence": "file:{{At("evidence")}}" }""");
        live["httpOrigins"] = new JsonArray(echo.Url);
        folder.Write("environments/drill.json", live.ToJsonString());
        // A secret that stands in a file is refused; here as an author would leave it there.
        live["storage"]!["main"]!["connectionString"] = $"AccountKey={canary.Plant("literal")}";
        live["httpOrigins"]!.AsArray().Add($"https://a.example/?sig={canary.Plant("literal-url")}");
        live["gateways"]!["main"]!["data"] = $"https://gateway:{canary.Plant("literal-password")}@a.example";
        live["unknown"] = $"Bearer {canary.Plant("literal-bearer")}";
        folder.Write("elsewhere/leaky.json", live.ToJsonString());
        var steps = JsonNode.Parse("[" + Steps.Replace("ORIGIN", echo.Url, StringComparison.Ordinal).Replace("env:HTTP_CANARY", $"env:HTTP_{name}", StringComparison.Ordinal)
            .Replace("env:CANARY", $"env:{name}", StringComparison.Ordinal).Replace("CANARY-", name + "-", StringComparison.Ordinal) + "]")!.AsArray();
        foreach (var step in steps)
            (step!["onFailure"], step["retry"], step["timeout"]) = ((string)step["id"]! == "erase" ? "stop" : "continue", JsonNode.Parse("""{ "attempts": 1 }"""), "PT20S");
        folder.Write("canary/playbook.json", new JsonObject { ["playbook"] = "canary", ["version"] = "1.0.0", ["title"] = "t", ["objectives"] = new JsonObject(), ["roles"] = JsonNode.Parse("""{ "approver": "ml-approvers" }"""), ["steps"] = steps }.ToJsonString());
    }

    /// <summary>A host with everything switched on, its run, and callers who send what they should not.</summary>
    private async Task<string> ServeAsync()
    {
        var webhook = RandomNumberGenerator.GetBytes(32);
        canary.Plant("webhook", Convert.ToBase64String(webhook));
        var variables = new Dictionary<string, string>(collector.Variables) { [AlertSettings.SecretsVariable] = WebhookSecret.Prefix + Convert.ToBase64String(webhook), ["OTEL_EXPORTER_OTLP_HEADERS"] = $"x-key={canary.Plant("collector")}" };
        var (workspace, library) = (Workspace.At(Data), LibraryFolder.Find(folder.Path));
        var environment = library.LoadEnvironment("drill");
        await using var host = await EmbeddedHost.OpenAsync(workspace, library, environment, TimeProvider.System, 0, [], variables);
        host.People.Say = terminal.Add;
        var server = workspace.ReadServer()!;
        var started = await host.StartAsync(new StartRequest("canary", library.Load("canary"), environment, RunMode.Drill, JsonData.EmptyObject, null, "starter", null, null, null), Cancelled);
        var run = Assert.IsType<StartResult.Started>(started).RunId;
        await EngineHarness.UntilAsync(host.Engine, run, happened => happened is RunEvent.RunEnded);
        await AskAsync(server, run);
        // The head could not be anchored, and its journal says why.
        await EngineHarness.UntilAsync(host.Engine, run, happened => happened is RunEvent.AnchorFailed);
        await host.DeadLetters!.LookAsync(Cancelled);
        var failed = (await host.Engine.ReadAsync(run, 1, Cancelled)).Select(stored => stored.Event).OfType<RunEvent.StepFailed>().Select(step => step.Path);
        Assert.Equal(["refused", "post", "elsewhere", "unmeant", "unfit", "choose", "verify", "publish", "preserve", "replay", "erase"], failed);
        terminal.Add(await EvidenceWriter.WriteAsync(await host.Engine.ReadAsync(run, 1, Cancelled), environment, Path.Combine(folder.Path, "evidence"), Cancelled));
        canary.Plant("server key", server.Key);
        // While the host lives, so that what only the write-ahead log holds is looked through as well. Nobody else may open its lock.
        Assert.Empty(canary.FindUnder(Data, file => file.EndsWith("server.json", StringComparison.Ordinal) || file.EndsWith(".lock", StringComparison.Ordinal)));
        return run;
    }

    private async Task AskAsync(ServerAddress server, string run)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        async Task SendAsync(HttpMethod method, string path, HttpStatusCode status, string? key, string? body = null, string? signature = null)
        {
            using var request = new HttpRequestMessage(method, path);
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
            foreach (var (header, value) in signature is null ? [] : new[] { ("webhook-id", "one"), ("webhook-timestamp", DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture)), ("webhook-signature", signature) })
                request.Headers.TryAddWithoutValidation(header, value);
            using var response = await http.SendAsync(request, Cancelled);
            answers.Add($"{response.Headers} {await response.Content.ReadAsStringAsync(Cancelled)}");
            Assert.Equal(status, response.StatusCode);
        }

        var alert = """{ "type": "alert.fired", "timestamp": "2026-01-12T03:00:00Z", "data": { "id": "drift-42", "rule": "drift" } }""";
        await SendAsync(HttpMethod.Post, AlertApi.Path, HttpStatusCode.Unauthorized, canary.Plant("forged-token"), alert);
        await SendAsync(HttpMethod.Post, AlertApi.Path, HttpStatusCode.Unauthorized, $"eyJhbGciOiJub25lIn0.{canary.Plant("forged-jwt")}.x", alert);
        await SendAsync(HttpMethod.Post, AlertApi.Path, HttpStatusCode.Unauthorized, null, alert, "v1," + Convert.ToBase64String(Encoding.UTF8.GetBytes(canary.Plant("forged-signature"))));
        await SendAsync(HttpMethod.Get, $"/api/v1/runs/{run}", HttpStatusCode.Unauthorized, canary.Plant("forged-key"));
        await SendAsync(HttpMethod.Post, AlertApi.Path, HttpStatusCode.BadRequest, server.Key, """{ "schemaId": "none" }""");
        await SendAsync(HttpMethod.Get, "/api/v1/runs", HttpStatusCode.OK, server.Key);
        await SendAsync(HttpMethod.Get, $"/api/v1/runs/{run}", HttpStatusCode.OK, server.Key);
        await SendAsync(HttpMethod.Get, "/api/v1/health", HttpStatusCode.OK, server.Key);
    }

    /// <summary>Every verb that shows something of it.</summary>
    private async Task LookAsync(string run)
    {
        string[][] verbs =
        [
            ["explain", "canary", "--playbooks", folder.Path], ["graph", "canary", "--playbooks", folder.Path], ["prove", "canary", "--playbooks", folder.Path],
            ["validate", "--playbooks", folder.Path], ["validate", "-e", Path.Combine(folder.Path, "elsewhere", "leaky.json"), "--playbooks", folder.Path, "--sarif", Path.Combine(folder.Path, "errors.sarif")],
            ["validate", "-e", Path.Combine(folder.Path, "elsewhere", "leaky.json"), "--playbooks", folder.Path, "--json"], ["validate", "-e", "drill", "--playbooks", folder.Path],
            ["plan", "canary", "-e", "drill", "--playbooks", folder.Path, "-o", Path.Combine(folder.Path, "plan.json")], ["runs", "--data", Data], ["runs", "--json", "--data", Data],
            ["show", run, "--data", Data], ["show", run, "--json", "--data", Data], ["replay", run, "--data", Data], ["replay", run, "--json", "--data", Data],
            ["report", run, "--data", Data, "-o", Path.Combine(folder.Path, "report.html")], ["evidence", "verify", Path.Combine(folder.Path, "evidence", run)],
            ["artifacts", "list", "grading", "-e", "drill", "--playbooks", folder.Path],
        ];
        foreach (var verb in verbs)
        {
            var said = await CliRun.OfAsync(verb);
            terminal.Add(said.Output + said.Error);
            Assert.True(said.Output.Length + said.Error.Length > 0, string.Join(' ', verb));
        }
    }

    private string At(string secret) => Path.Combine(folder.Path, "secrets", secret);

    private void Secret(string of, string text) => folder.Write($"secrets/{of}", text);

    private void Set(string variable, string value) => Environment.SetEnvironmentVariable(variable, set[variable] = value);
}
