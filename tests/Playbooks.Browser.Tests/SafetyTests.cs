using System.Net;
using System.Text.RegularExpressions;
using Playbooks.Browser.Tests.Stages;
using Playbooks.Core.Decisions;
using Playbooks.Web.Pages;

namespace Playbooks.Browser.Tests;

/// <summary>What the pages refuse, asked without a browser.</summary>
public sealed partial class SafetyTests : IAsyncLifetime
{
    private StagedHost stage = null!;
    private readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stage = await StagedHost.OpenAsync(Stories.Campus, Stories.Begin.AddMinutes(7));
        stage.Runs.Add(Stories.WaitsForVotes());
        http.BaseAddress = stage.Url;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await stage.DisposeAsync();
    }

    public static TheoryData<string> Paths => ["/", "/runs", $"/runs/{Stories.Waiting}", $"/runs/{Stories.Waiting}/events", "/playbooks", "/playbooks/model-regression", "/alerts", "/drills", "/nothing", $"/runs/{Stories.Waiting}/evidence"];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Every_page_forbids_what_is_not_ours(string path)
    {
        using var answer = await GetAsync(path, "auditor");
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Equal(("nosniff", "DENY", true), (answer.Headers.GetValues("X-Content-Type-Options").Single(), answer.Headers.GetValues("X-Frame-Options").Single(), answer.Headers.CacheControl!.NoStore));
        var html = await answer.Content.ReadAsStringAsync(Cancelled);
        Assert.DoesNotMatch(Inline(), html);
        Assert.All(Elsewhere().Matches(html), found => Assert.StartsWith("/", found.Groups[1].Value, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Nobody_sees_a_page_without_signing_in(string path)
    {
        using var answer = await GetAsync(path, null);
        Assert.Equal((HttpStatusCode.Redirect, $"/sign-in?returnTo={Uri.EscapeDataString(path)}"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/alerts")]
    [InlineData($"/runs/{Stories.Waiting}")]
    [InlineData($"/live/runs/{Stories.Waiting}?nonce=n&seen=1")]
    public async Task Who_holds_no_role_is_told_so(string path)
    {
        using var answer = await GetAsync(path, "stranger");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("knows nobody called dev:stranger", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evidence_is_for_those_who_may_take_it()
    {
        using var refused = await GetAsync($"/runs/{Stories.Waiting}/evidence/report", "approver");
        using var report = await GetAsync($"/runs/{Stories.Waiting}/evidence/report", "auditor");
        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK), (refused.StatusCode, report.StatusCode));
        Assert.Contains("sandbox", report.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("votes")]
    [InlineData("orders")]
    [InlineData("tasks")]
    public async Task A_form_without_its_token_changes_nothing(string what)
    {
        using var answer = await PostAsync($"/runs/{Stories.Waiting}/{what}", "approver", new() { ["choice"] = "yes" });
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, stage.Runs.Changes);
    }

    [Fact]
    public async Task The_token_of_one_person_is_none_of_another()
    {
        var form = await FormAsync("approver");
        using var answer = await PostAsync($"/runs/{Stories.Waiting}/votes", "second", form);
        Assert.Equal((HttpStatusCode.BadRequest, 0), (answer.StatusCode, stage.Runs.Changes));
    }

    [Theory]
    [InlineData("round", "many")]
    [InlineData("choice", "perhaps")]
    [InlineData("path", "")]
    [InlineData("comment", null)]
    public async Task What_no_form_of_ours_says_is_refused_with_words(string field, string? value)
    {
        var form = await FormAsync("approver");
        form[field] = value ?? new string('w', 2001);
        using var answer = await PostAsync($"/runs/{Stories.Waiting}/votes", "approver", form);
        Assert.Equal((HttpStatusCode.BadRequest, 0), (answer.StatusCode, stage.Runs.Changes));
        Assert.Contains("That cannot be understood", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_is_no_larger_than_a_form()
    {
        var form = await FormAsync("approver");
        form["more"] = new string('w', PageLimits.FormMaxBytes);
        using var answer = await PostAsync($"/runs/{Stories.Waiting}/votes", "approver", form);
        Assert.Equal((HttpStatusCode.BadRequest, 0), (answer.StatusCode, stage.Runs.Changes));
    }

    [Fact]
    public async Task Looking_at_everything_changes_nothing()
    {
        foreach (var row in Paths)
            (await GetAsync(row.Data, "commander")).Dispose();
        Assert.Equal(0, stage.Runs.Changes);
        Assert.Single((await stage.Runs.ReadAsync(Stories.Waiting, 1, Cancelled)).Select(stored => stored.Event).OfType<RunEvent.ApprovalOpened>());
    }

    [Fact]
    public async Task Who_asks_for_too_much_is_asked_to_wait()
    {
        HttpStatusCode last = default;
        for (var time = 0; time <= PageLimits.FormsPerMinute; time++)
        {
            using var answer = await PostAsync($"/runs/{Stories.Waiting}/votes", "approver", []);
            last = answer.StatusCode;
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        using var other = await PostAsync($"/runs/{Stories.Waiting}/votes", "second", []);
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
    }

    [Fact]
    public async Task What_the_engine_waits_for_stands_on_every_page()
    {
        stage.Trouble = "The disk is full.";
        using var answer = await GetAsync("/drills", "auditor");
        Assert.Contains("The disk is full.", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    /// <summary>The fields of the vote's form, as its page has them, with a yes.</summary>
    private async Task<Dictionary<string, string>> FormAsync(string person)
    {
        using var page = await GetAsync($"/runs/{Stories.Waiting}", person);
        var html = await page.Content.ReadAsStringAsync(Cancelled);
        var form = Fields().Matches(html[html.IndexOf("/votes", StringComparison.Ordinal)..html.IndexOf("</form>", html.IndexOf("/votes", StringComparison.Ordinal), StringComparison.Ordinal)])
            .ToDictionary(field => field.Groups[1].Value, field => WebUtility.HtmlDecode(field.Groups[2].Value));
        form["choice"] = "yes";
        return form;
    }

    private Task<HttpResponseMessage> GetAsync(string path, string? person) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), person);

    private Task<HttpResponseMessage> PostAsync(string path, string person, Dictionary<string, string> form) => SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) }, person);

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string? person)
    {
        using (request)
        {
            if (person is not null)
                request.Headers.Add("Cookie", $"{StagedHost.PersonCookie}={person}");
            return await http.SendAsync(request, Cancelled);
        }
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([a-zA-Z_]+)\" value=\"([^\"]*)\"")]
    private static partial Regex Fields();

    [GeneratedRegex("<script(?![^>]*src=)|<style|\\sstyle=|\\son[a-z]+=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:src|href|action)=\"([^\"#]+)\"")]
    private static partial Regex Elsewhere();
}
