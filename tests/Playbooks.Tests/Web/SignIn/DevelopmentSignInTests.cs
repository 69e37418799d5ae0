using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Web.Access;
using Playbooks.Web;
using Playbooks.Web.Access;
using Playbooks.Web.SignIn;

namespace Playbooks.Tests.Web.SignIn;

/// <summary>The sign-in without proof: that it works, and that it works nowhere but at this machine. And what every cookie needs before it changes something.</summary>
public sealed class DevelopmentSignInTests
{
    private static readonly SignInSettings.Development Settings = new(["dev:approver", "dev:commander"]);

    [Fact]
    public async Task Anybody_at_this_machine_is_whom_they_choose_of_those_whom_the_environment_names()
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("dev:approver");

        Assert.Equal(("dev:approver", "page"), (await browser.WhoAsync()) is var who ? (who.Person, who.Via) : default);
        var run = host.World.Start(DoorWorld.Playbook(""", "decideOn": "page" """));
        var vote = await PostAsync(browser, $"/api/v1/runs/{run}/votes", host.World.Vote(run), (await browser.WhoAsync()).Token);
        Assert.Equal(HttpStatusCode.OK, vote.Status);
        Assert.Contains("\"accepted\":true", vote.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dev:somebody")]
    [InlineData("local:holder")]
    [InlineData("")]
    public async Task Nobody_is_somebody_whom_the_environment_does_not_name(string person)
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/sign-in", null, ("antiforgery", await browser.FormTokenAsync()), ("person", person))).Status);
        Assert.Equal("", (await browser.WhoAsync()).Person);
    }

    [Fact]
    public async Task A_form_elsewhere_signs_nobody_in()
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/sign-in", null, ("person", "dev:approver"))).Status);
        using var other = host.NewBrowser();
        var stolen = await other.FormTokenAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/sign-in", null, ("person", "dev:approver"), ("antiforgery", stolen))).Status);
        Assert.Equal("", (await browser.WhoAsync()).Person);
    }

    /// <summary>A header that a request from elsewhere has, or one whose name leads here from elsewhere.</summary>
    public static TheoryData<string, string> FromElsewhere() => new()
    {
        { "Host", "rebound.example" },
        { "Host", "127.0.0.1.rebound.example" },
        { "Host", "localhost.rebound.example" },
        { "Host", "10.0.0.1" },
        { "Host", "0.0.0.0" },
        { "X-Forwarded-For", "127.0.0.1" },
        { "X-Forwarded-Host", "localhost" },
        { "X-Forwarded-Proto", "http" },
        { "X-Forwarded-Anything", "" },
        { "Forwarded", "for=127.0.0.1" },
        { "Via", "1.1 proxy" },
        { "X-Real-IP", "127.0.0.1" },
        { "X-Original-Host", "localhost" },
    };

    [Theory]
    [MemberData(nameof(FromElsewhere))]
    public async Task A_request_that_may_come_from_elsewhere_gets_no_page_no_cookie_and_no_right(string header, string value)
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("dev:approver");
        void Elsewhere(HttpRequestMessage request)
        {
            if (header == "Host")
                request.Headers.Host = value;
            else
                Assert.True(request.Headers.TryAddWithoutValidation(header, value));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/token", Elsewhere)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/v1/runs", Elsewhere)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/sign-in", Elsewhere)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.SendAsync(HttpMethod.Post, "/sign-in", Elsewhere, ("antiforgery", await browser.FormTokenAsync()), ("person", "dev:commander"))).Status);
        Assert.Equal("dev:approver", (await browser.WhoAsync()).Person);
    }

    [Theory]
    [InlineData("192.0.2.7", "127.0.0.1", false)]
    [InlineData("127.0.0.1", "192.0.2.7", false)]
    [InlineData(null, "127.0.0.1", false)]
    [InlineData("127.0.0.1", null, false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("::ffff:127.0.0.1", "::ffff:127.0.0.1", true)]
    [InlineData("::ffff:192.0.2.7", "127.0.0.1", false)]
    public async Task Both_ends_of_the_connection_are_at_this_machine(string? remote, string? local, bool here)
    {
        await using var host = await SignInWorld.OpenAsync(_ => Settings, before: application => application.Use((http, next) =>
        {
            (http.Connection.RemoteIpAddress, http.Connection.LocalIpAddress) = (remote is null ? null : IPAddress.Parse(remote), local is null ? null : IPAddress.Parse(local));
            return next();
        }));
        using var browser = host.NewBrowser();
        Assert.Equal(here ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await browser.GetAsync("/sign-in")).Status);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://0.0.0.0:0")]
    public async Task A_host_that_can_be_reached_from_elsewhere_does_not_start(string listen)
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => SignInWorld.OpenAsync(_ => Settings, listen));
        Assert.Contains("development sign-in", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_sign_in_there_is_none()
    {
        await using var host = await SignInWorld.OpenAsync(_ => new SignInSettings.None(), "http://127.0.0.1:0");
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/sign-in")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.SendAsync(HttpMethod.Post, "/sign-in", null, ("person", "dev:approver"))).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/runs")).Status);
    }

    /// <summary>What a page elsewhere can make a browser send, with the cookie or without.</summary>
    [Theory]
    [InlineData("application/json", null)]
    [InlineData("text/plain", null)]
    [InlineData("application/x-www-form-urlencoded", null)]
    [InlineData("application/json", "made up")]
    public async Task A_cookie_alone_changes_nothing(string type, string? token)
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("dev:approver");
        var run = host.World.Start();
        var before = host.World.Runs.EventsOf(run).Count;
        foreach (var what in new[] { "votes", "orders", "tasks", "signals" })
        {
            var answer = await browser.SendAsync(HttpMethod.Post, $"/api/v1/runs/{run}/{what}", request =>
            {
                request.Content = JsonContent.Create(host.World.Vote(run), options: WireJson.Options);
                request.Content.Headers.ContentType = new(type);
                if (token is not null)
                    request.Headers.Add(SignInSessions.AntiforgeryHeader, token);
            });
            Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        }
        Assert.Equal(before, host.World.Runs.EventsOf(run).Count);
    }

    [Fact]
    public async Task A_token_of_somebody_else_changes_nothing_either()
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("dev:commander");
        var token = (await browser.WhoAsync()).Token;
        await browser.SignInAsync("dev:approver");
        var run = host.World.Start();

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(browser, $"/api/v1/runs/{run}/votes", host.World.Vote(run), token)).Status);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(browser, $"/api/v1/runs/{run}/votes", host.World.Vote(run), (await browser.WhoAsync()).Token)).Status);
    }

    [Fact]
    public async Task A_wrong_key_beside_a_good_cookie_is_a_wrong_key()
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("dev:approver");
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/runs")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/runs", request => request.Headers.Authorization = new("Bearer", "another"))).Status);
    }

    [Fact]
    public async Task The_keys_of_cookies_are_for_their_owner_alone()
    {
        await using var host = await OpenAsync();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("dev:approver");
        Assert.NotEmpty(Directory.GetFiles(host.KeysFolder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(host.KeysFolder));
    }

    [Fact]
    public void The_people_are_those_whom_the_environment_names_once_each()
    {
        var environment = DoorWorld.EnvironmentOf(EnvironmentKind.Live, "campus");
        environment = environment with { Roles = environment.Roles.SetItem("approvers", ["dev:second", "dev:first", "local:*"]).SetItem("operators", ["dev:first", "somebody"]) };
        Assert.Equal(["dev:first", "dev:second"], SignInSettings.Development.Of(environment).People);
    }

    private static async Task<SignInWorld> OpenAsync()
    {
        var world = new DoorWorld();
        world.People.Are("dev:approver", "approvers");
        world.People.Are("dev:commander", "commanders");
        return await SignInWorld.OpenAsync(_ => Settings, world: world);
    }

    private static Task<(HttpStatusCode Status, Uri? Location, string Text)> PostAsync(Browser browser, string path, VoteBody body, string token) => browser.SendAsync(HttpMethod.Post, path, request =>
    {
        request.Content = JsonContent.Create(body, options: WireJson.Options);
        request.Headers.Add(SignInSessions.AntiforgeryHeader, token);
    });
}
