using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Net.Http.Headers;
using Playbooks.Tests.Web.Access;
using Playbooks.Web.SignIn;

namespace Playbooks.Tests.Web.SignIn;

/// <summary>The whole dance with a provider that speaks as Entra does, and what must not get through it.</summary>
public sealed class EntraSignInTests : IAsyncLifetime
{
    private readonly DoorWorld door = new();
    private EntraStandIn entra = null!;
    private SignInWorld host = null!;
    private Browser browser = null!;

    public async ValueTask InitializeAsync()
    {
        entra = await EntraStandIn.OpenAsync(door.Time);
        host = await SignInWorld.OpenAsync(url => new SignInSettings.Entra(TokenMint.Tenant, TokenMint.Audience, EntraStandIn.Secret, url) { Login = entra.Url }, world: door);
        browser = host.NewBrowser();
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        await host.DisposeAsync();
        await entra.DisposeAsync();
    }

    [Fact]
    public async Task Whoever_Entra_knows_comes_in_and_back_to_where_they_wanted_to_go()
    {
        var back = await LeaveAsync("/runs/run-1?tab=events");
        var answer = await browser.GetAsync(back.PathAndQuery);

        Assert.Equal((HttpStatusCode.Redirect, "/runs/run-1?tab=events"), (answer.Status, $"{answer.Location}"));
        var who = await browser.WhoAsync();
        Assert.Equal(($"entra:{EntraStandIn.Person}", "page"), (who.Person, who.Via));
        Assert.Equal(("authorization_code", true), (entra.Asked[0]["grant_type"], entra.Asked[0]["code_verifier"].Length >= 43));
        var cookie = browser.Cookies["playbooks"];
        Assert.Equal((true, SameSiteMode.Lax, "/"), (cookie.HttpOnly, cookie.SameSite, $"{cookie.Path}"));
        Assert.DoesNotContain(EntraStandIn.Person, cookie.Value.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_without_a_secret_proves_itself_with_a_token_of_its_identity()
    {
        await using var other = await SignInWorld.OpenAsync(url => new SignInSettings.Entra(TokenMint.Tenant, TokenMint.Audience, null, url) { Login = entra.Url, Assertion = _ => Task.FromResult(EntraStandIn.Assertion) }, world: door);
        using var visitor = other.NewBrowser();
        var asked = await visitor.GetAsync("/sign-in?returnTo=%2Fruns");

        var answer = await visitor.GetAsync(entra.SignIn(asked.Location!).PathAndQuery);

        Assert.Equal((HttpStatusCode.Redirect, "/runs"), (answer.Status, $"{answer.Location}"));
        Assert.Equal($"entra:{EntraStandIn.Person}", (await visitor.WhoAsync()).Person);
    }

    /// <summary>A claim, and what stands there instead; null leaves it out.</summary>
    public static TheoryData<string, string?> Wrong() => new()
    {
        { "tid", "\"11111111-2222-3333-4444-555555555555\"" },
        { "tid", null },
        { "iss", "\"https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0\"" },
        { "aud", "\"11111111-2222-3333-4444-555555555555\"" },
        { "nonce", "\"another\"" },
        { "nonce", null },
        { "exp", "1" },
        { "exp", null },
        { "acct", "1" },
        { "acct", "\"1\"" },
        { "oid", null },
        { "oid", "\"somebody\"" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task Nobody_else_does(string claim, string? value)
    {
        entra.Change = claims =>
        {
            claims.Remove(claim);
            if (value is not null)
                claims[claim] = JsonNode.Parse(value);
        };
        var back = await LeaveAsync("/");
        var answer = await browser.GetAsync(back.PathAndQuery);

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Contains("You could not be signed in", answer.Text, StringComparison.Ordinal);
        Assert.False(browser.Cookies.ContainsKey("playbooks"));
        Assert.Equal("", (await browser.WhoAsync()).Person);
    }

    [Fact]
    public async Task A_code_is_good_once_and_only_in_the_browser_that_asked_for_it()
    {
        var back = await LeaveAsync("/");
        using var thief = host.NewBrowser();
        Assert.Equal(HttpStatusCode.Forbidden, (await thief.GetAsync(back.PathAndQuery)).Status);
        Assert.Empty(entra.Asked);

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync(back.PathAndQuery)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(back.PathAndQuery)).Status);
        using var later = host.NewBrowser();
        var (other, code) = (await LeaveAsync("/", later), System.Web.HttpUtility.ParseQueryString(back.Query)["code"]!);
        var swapped = other.PathAndQuery.Replace(System.Web.HttpUtility.ParseQueryString(other.Query)["code"]!, code, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await later.GetAsync(swapped)).Status);
        Assert.Equal("", (await later.WhoAsync()).Person);
    }

    [Fact]
    public async Task Whoever_stays_away_too_long_starts_again()
    {
        var back = await LeaveAsync("/");
        door.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(back.PathAndQuery)).Status);
    }

    [Fact]
    public async Task After_an_hour_people_sign_in_again_whatever_they_did_meanwhile()
    {
        await browser.GetAsync((await LeaveAsync("/")).PathAndQuery);
        door.Time.Advance(SignInHost.Lasts - TimeSpan.FromSeconds(2));
        Assert.NotEqual("", (await browser.WhoAsync()).Person);
        door.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("", (await browser.WhoAsync()).Person);
    }

    [Fact]
    public async Task Whoever_signs_out_is_nobody_again_and_nobody_else_can_sign_them_out()
    {
        await browser.GetAsync((await LeaveAsync("/")).PathAndQuery);
        var token = (await browser.WhoAsync()).Token;
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.SendAsync(HttpMethod.Post, "/sign-out", null, ("x", "y"))).Status);
        Assert.NotEqual("", (await browser.WhoAsync()).Person);

        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(HttpMethod.Post, "/sign-out", null, ("antiforgery", token))).Status);
        Assert.Equal("", (await browser.WhoAsync()).Person);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    [InlineData("/\\elsewhere.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/a\r\nSet-Cookie: x")]
    [InlineData("")]
    public async Task Nobody_is_sent_elsewhere_afterwards(string to)
    {
        var answer = await browser.GetAsync((await LeaveAsync(to)).PathAndQuery);
        Assert.Equal((HttpStatusCode.Redirect, "/"), (answer.Status, $"{answer.Location}"));
    }

    [Fact]
    public async Task A_cookie_counts_under_the_name_that_the_host_is_known_by()
    {
        await browser.GetAsync((await LeaveAsync("/")).PathAndQuery);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/token", request => request.Headers.Host = "rebound.example")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/sign-in", request => request.Headers.Host = "rebound.example")).Status);
    }

    [Fact]
    public async Task There_is_no_development_sign_in_beside_it() =>
        Assert.Equal(HttpStatusCode.NotFound, (await browser.SendAsync(HttpMethod.Post, "/sign-in", null, ("person", "dev:operator"))).Status);

    /// <summary>To Entra and through it; where it sends the browser back to.</summary>
    private async Task<Uri> LeaveAsync(string to, Browser? who = null)
    {
        var asked = await (who ?? browser).GetAsync($"/sign-in?returnTo={Uri.EscapeDataString(to)}");
        Assert.Equal(HttpStatusCode.Redirect, asked.Status);
        Assert.Equal(entra.Url.Authority, asked.Location!.Authority);
        return entra.SignIn(asked.Location);
    }
}
