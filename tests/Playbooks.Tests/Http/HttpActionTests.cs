using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Playbooks.Core.Decisions;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Tests.Http;

public class HttpActionTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("8.8.8.8 10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task A_name_that_leads_inside_is_denied_and_nothing_is_connected(string addresses)
    {
        await using var rig = await HttpRig.NewAsync(Never, addresses);
        Assert.Equal(ErrorKind.Denied, HttpRig.KindOf(await rig.PostAsync()));
        Assert.Empty(rig.Connected);
    }

    [Fact]
    public async Task A_name_is_asked_once_and_the_checked_address_is_connected()
    {
        await using var rig = await HttpRig.NewAsync(http => http.Response.WriteAsync("1"), "8.8.4.4", "127.0.0.1");
        Assert.IsType<Outcome.Succeeded>(await rig.GetAsync());
        Assert.Equal("api.university.example", Assert.Single(rig.Asked));
        Assert.Equal("8.8.4.4:8080", Assert.Single(rig.Connected).ToString());
    }

    [Fact]
    public async Task A_resolver_that_changes_its_answer_is_denied_at_the_next_connection()
    {
        await using var rig = await HttpRig.NewAsync(http =>
        {
            http.Response.Headers.Connection = "close";
            http.Response.Redirect("/again", false, true);
            return Task.CompletedTask;
        }, "8.8.4.4", "127.0.0.1");
        Assert.Equal(ErrorKind.Denied, HttpRig.KindOf(await rig.GetAsync()));
        Assert.Equal("8.8.4.4:8080", Assert.Single(rig.Connected).ToString());
    }

    [Fact]
    public async Task A_listed_address_is_connected_though_it_is_loopback()
    {
        await using var rig = await HttpRig.NewAsync(http => http.Response.WriteAsync("""{"ok":true}"""));
        var output = Assert.IsType<Outcome.Succeeded>(await rig.GetAsync("/", $"http://127.0.0.1:{rig.Port}")).Output;
        Assert.Equal(JsonData.Parse("""{"status":200,"body":{"ok":true}}"""), output);
        Assert.Empty(rig.Asked);
    }

    [Theory]
    [InlineData("http://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("https://api.university.example:8080/")]
    [InlineData("http://api.university.example/")]
    [InlineData("http://a@api.university.example:8080/")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirect_to_another_origin_is_denied(string location)
    {
        await using var rig = await HttpRig.NewAsync(http =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (307, location);
            return Task.CompletedTask;
        });
        Assert.Equal(ErrorKind.Denied, HttpRig.KindOf(await rig.GetAsync()));
        Assert.Single(rig.Connected);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task Three_redirects_inside_the_origin_are_followed(int redirects, bool arrives)
    {
        await using var rig = await HttpRig.NewAsync(http =>
        {
            var hop = int.Parse(http.Request.Path.Value!.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            if (hop < redirects)
                http.Response.Redirect($"/{hop + 1}", false, true);
            return Task.CompletedTask;
        });
        Assert.Equal(arrives, await rig.GetAsync("/0") is Outcome.Succeeded);
    }

    public static TheoryData<int, ErrorKind, ErrorKind> Statuses => new()
    {
        { 303, ErrorKind.Integrity, ErrorKind.OutcomeUnknown }, { 400, ErrorKind.Invalid, ErrorKind.Invalid }, { 401, ErrorKind.Denied, ErrorKind.Denied },
        { 403, ErrorKind.Denied, ErrorKind.Denied }, { 404, ErrorKind.NotFound, ErrorKind.NotFound }, { 408, ErrorKind.Transient, ErrorKind.OutcomeUnknown },
        { 409, ErrorKind.Conflict, ErrorKind.Conflict }, { 412, ErrorKind.Conflict, ErrorKind.Conflict }, { 418, ErrorKind.Invalid, ErrorKind.Invalid },
        { 429, ErrorKind.Throttled, ErrorKind.Throttled }, { 500, ErrorKind.Transient, ErrorKind.OutcomeUnknown }, { 502, ErrorKind.Transient, ErrorKind.OutcomeUnknown },
        { 503, ErrorKind.Throttled, ErrorKind.Throttled }, { 504, ErrorKind.Transient, ErrorKind.OutcomeUnknown },
    };

    [Theory, MemberData(nameof(Statuses))]
    public async Task A_status_says_whether_a_write_may_have_happened(int status, ErrorKind read, ErrorKind write)
    {
        await using var rig = await HttpRig.NewAsync(http =>
        {
            (http.Response.StatusCode, http.Response.Headers.RetryAfter) = (status, "7");
            return Task.CompletedTask;
        });
        Assert.Equal((read, write), (HttpRig.KindOf(await rig.GetAsync()), HttpRig.KindOf(await rig.PostAsync())));
        Assert.Equal(status is 429 or 503 ? TimeSpan.FromSeconds(7) : null, Assert.IsType<Outcome.Failed>(await rig.PostAsync()).RetryAfter);
    }

    [Fact]
    public async Task A_write_that_was_sent_and_not_answered_is_in_doubt_and_a_read_is_not()
    {
        await using var rig = await HttpRig.NewAsync(http =>
        {
            http.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal(ErrorKind.OutcomeUnknown, HttpRig.KindOf(await rig.PostAsync()));
        Assert.Equal(ErrorKind.Transient, HttpRig.KindOf(await rig.GetAsync()));
    }

    [Fact]
    public async Task A_write_that_was_never_connected_may_be_tried_again()
    {
        await using var rig = await HttpRig.NewAsync(Never);
        rig.ConnectFails = new SocketException((int)SocketError.ConnectionRefused);
        Assert.Equal(ErrorKind.Transient, HttpRig.KindOf(await rig.PostAsync()));
    }

    [Fact]
    public async Task The_effect_key_and_the_secret_are_sent_and_an_echoed_secret_is_not_kept()
    {
        await using var rig = await HttpRig.NewAsync(async http =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var headers = http.Request.Headers;
            await http.Response.WriteAsync(JsonData.Object(("key", JsonData.Of(headers["Idempotency-Key"].ToString())),
                ("auth", JsonData.Of(headers.Authorization.ToString() == "Bearer hush-123")), ("echo", JsonData.Of($"got {headers.Authorization}")),
                ("body", JsonData.Of(await reader.ReadToEndAsync()))).Text);
        });
        Directory.CreateDirectory(Path.Combine(rig.Folder, "http-secrets"));
        await File.WriteAllTextAsync(Path.Combine(rig.Folder, "http-secrets/token"), "Bearer hush-123\n", TestContext.Current.CancellationToken);
        var outcome = await rig.PostAsync("/", ("headers", JsonData.Parse("""{"Authorization":"file:http-secrets/token"}""")), ("body", JsonData.Parse("""{"a":1}""")));
        Assert.Equal(JsonData.Parse("""{"key":"key-1","auth":true,"echo":"got [secret]","body":"{\"a\":1}"}"""), Assert.IsType<Outcome.Succeeded>(outcome).Output["body"]);
    }

    [Theory]
    [InlineData("""{"X":"env:PATH"}""")]
    [InlineData("""{"X":"file:/etc/hostname"}""")]
    [InlineData("""{"X":"file:http-secrets/../other"}""")]
    [InlineData("""{"X":"file:http-secrets/absent"}""")]
    [InlineData("""{"Host":"evil.example"}""")]
    [InlineData("""{"transfer-encoding":"chunked"}""")]
    [InlineData("""{"Idempotency-Key":"mine"}""")]
    [InlineData("""{"Content-Encoding":"gzip"}""")]
    [InlineData("""{"X Y":"1"}""")]
    [InlineData("""{"X":"1\r\nHost: evil"}""")]
    [InlineData("""{"X":1}""")]
    public async Task Headers_that_would_leak_or_reframe_are_refused(string headers)
    {
        await using var rig = await HttpRig.NewAsync(Never);
        Assert.True(HttpRig.KindOf(await rig.PostAsync("/", ("headers", JsonData.Parse(headers)))) is ErrorKind.Invalid or ErrorKind.Denied);
        Assert.Empty(rig.Connected);
    }

    [Theory]
    [InlineData(8 * 1024, true)]
    [InlineData((8 * 1024) + 1, false)]
    [InlineData(4 * 1024 * 1024, false)]
    public async Task A_body_beyond_the_limit_is_left_out(int bytes, bool isKept)
    {
        await using var rig = await HttpRig.NewAsync(http => http.Response.WriteAsync($"\"{new string('a', bytes - 2)}\""));
        Assert.Equal(isKept, Assert.IsType<Outcome.Succeeded>(await rig.GetAsync()).Output["body"] is not null);
    }

    [Fact]
    public async Task A_request_body_beyond_the_limit_is_invalid_and_not_sent()
    {
        await using var rig = await HttpRig.NewAsync(Never);
        Assert.Equal(ErrorKind.Invalid, HttpRig.KindOf(await rig.PostAsync("/", ("body", JsonData.Of(new string('a', 64 * 1024))))));
        Assert.Empty(rig.Connected);
    }

    [Theory]
    [InlineData(201, 201, true)]
    [InlineData(200, 201, false)]
    [InlineData(404, 404, true)]
    [InlineData(302, 302, true)]
    public async Task The_expected_status_alone_counts(int answered, int expected, bool succeeds)
    {
        await using var rig = await HttpRig.NewAsync(http =>
        {
            (http.Response.StatusCode, http.Response.Headers.Location) = (answered, "http://evil.example/");
            return Task.CompletedTask;
        });
        Assert.Equal(succeeds, await rig.GetAsync(inputs: ("expectStatus", JsonData.Of(expected))) is Outcome.Succeeded);
    }

    private static Task Never(HttpContext http) => throw new Xunit.Sdk.XunitException("The server must not be asked.");
}
