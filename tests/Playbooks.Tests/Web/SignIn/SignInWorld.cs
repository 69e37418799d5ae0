using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Playbooks.Core;
using Playbooks.Tests.Web.Access;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.Api;
using Playbooks.Web.SignIn;

namespace Playbooks.Tests.Web.SignIn;

/// <summary>A host with a sign-in and the API, and a browser that keeps cookies and follows nothing by itself.</summary>
internal sealed partial class SignInWorld : IAsyncDisposable
{
    private readonly WebApplication application;
    private readonly DirectoryInfo folder;

    private SignInWorld(WebApplication application, DirectoryInfo folder, DoorWorld world) => (this.application, this.folder, World) = (application, folder, world);

    public DoorWorld World { get; }
    public Uri Url { get; private set; } = null!;
    public string KeysFolder => Path.Combine(folder.FullName, "sign-in");

    /// <param name="settings">Made for the address at which the host listens.</param>
    public static async Task<SignInWorld> OpenAsync(Func<Uri, SignInSettings> settings, string listen = "http://127.0.0.1:0", Action<IApplicationBuilder>? before = null, DoorWorld? world = null)
    {
        world ??= new DoorWorld();
        var folder = Directory.CreateTempSubdirectory("playbooks-");
        // The address must be known before it listens: it is part of what Entra is told.
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/");
        listener.Stop();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(listen.Replace("127.0.0.1:0", url.Authority, StringComparison.Ordinal));
        builder.Logging.ClearProviders();
        builder.Services.ConfigureHttpJsonOptions(options => WireJson.Make(options.SerializerOptions));
        builder.Services.AddSignIn(settings(url), keys => keys.PersistKeysToPrivateFolder(Path.Combine(folder.FullName, "sign-in")), world.Time);
        var application = builder.Build();
        before?.Invoke(application);
        application.UseSignIn();
        var sessions = application.Services.GetRequiredService<SignInSessions>();
        var callers = new Callers(new ServerKey("key", new Caller("local:holder", "Holder", "terminal", CallerKind.KeyHolder)), tokens: null, sessions);
        application.MapRunApi(world.Runs, new MemoryAlerts(), world.Door, callers, () => EngineHealth.Well, new ApiLimits(), TimeProvider.System);
        application.MapSignIn();
        // As a page would show it.
        application.MapGet("/token", async (HttpContext http) => await callers.OfAsync(http, http.RequestAborted) is CallerCheck.Known known ? Results.Text($"{known.Caller.Person} {known.Caller.Via} {sessions.TokenFor(http)}") : Results.Unauthorized());
        var opened = new SignInWorld(application, folder, world);
        try
        {
            await application.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
        opened.Url = new Uri(application.Urls.First() + "/");
        return opened;
    }

    public Browser NewBrowser() => new(Url, World.Time);

    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [GeneratedRegex("name=\"antiforgery\" value=\"([^\"]+)\"")]
    public static partial Regex TokenInForm();
}

/// <summary>Keeps cookies as browsers do, by the clock of the test.</summary>
internal sealed class Browser(Uri home, TimeProvider time) : IDisposable
{
    private readonly Dictionary<string, SetCookieHeaderValue> cookies = [];
    private readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary>What it has kept, as it was told to.</summary>
    public IReadOnlyDictionary<string, SetCookieHeaderValue> Cookies => cookies;

    public async Task<(HttpStatusCode Status, Uri? Location, string Text)> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? change = null, params (string Name, string Value)[] form)
    {
        using var request = new HttpRequestMessage(method, new Uri(home, path));
        if (form.Length > 0)
            request.Content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        var sent = cookies.Values.Where(cookie => request.RequestUri!.AbsolutePath.StartsWith(cookie.Path.ToString(), StringComparison.Ordinal) && (cookie.Expires is null || cookie.Expires > time.GetUtcNow()))
            .Select(cookie => $"{cookie.Name}={cookie.Value}").ToList();
        if (sent.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", sent));
        change?.Invoke(request);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? SetCookieHeaderValue.ParseList([.. set]) : [])
        {
            if (cookie.Expires is { } expires && expires <= time.GetUtcNow())
                cookies.Remove(cookie.Name.ToString());
            else
                cookies[cookie.Name.ToString()] = cookie;
        }
        return (response.StatusCode, response.Headers.Location, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<(HttpStatusCode Status, Uri? Location, string Text)> GetAsync(string path, Action<HttpRequestMessage>? change = null) => SendAsync(HttpMethod.Get, path, change);

    /// <summary>The token of the page with the forms.</summary>
    public async Task<string> FormTokenAsync() => WebUtility.HtmlDecode(SignInWorld.TokenInForm().Match((await GetAsync("/sign-in")).Text).Groups[1].Value);

    public async Task SignInAsync(string person)
    {
        var answer = await SendAsync(HttpMethod.Post, "/sign-in", null, ("antiforgery", await FormTokenAsync()), ("person", person));
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
    }

    /// <summary>Who the host says it is, and a token for what changes something.</summary>
    public async Task<(string Person, string Via, string Token)> WhoAsync() =>
        (await GetAsync("/token")) is { Status: HttpStatusCode.OK, Text: var text } && text.Split(' ') is [var person, var via, var token] ? (person, via, token) : ("", "", "");

    public void Dispose() => http.Dispose();
}
