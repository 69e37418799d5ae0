using Playbooks.Connectors;
using Playbooks.Connectors.Http;
using Playbooks.Core.Definitions;
using Playbooks.Tests.Actions;

namespace Playbooks.Tests.Http;

public class AllowedUrlTests
{
    private static readonly DeploymentEnvironment Environment = TestEnvironment.Of(EnvironmentKind.Live) with
    {
        HttpOrigins = ["https://api.university.example", "http://127.0.0.1:8080", "http://[::1]:8080"],
    };

    public static TheoryData<string> Refused =>
    [
        "", "/status", "//api.university.example/", "https:api.university.example", "https:/api.university.example", "https:///api.university.example",
        "ftp://api.university.example/", "file:///etc/passwd", "javascript:alert(1)", "gopher://127.0.0.1:8080/",
        "http://api.university.example/", "https://api.university.example:8443/", "https://university.example/", "https://api.university.example.evil.example/",
        "https://evil.example/?https://api.university.example", "https://evil.example#https://api.university.example", "https://api.university.example./",
        "https://api.university.example@evil.example/", "https://evil.example@api.university.example/", "https://@api.university.example/",
        @"https://api.university.example\@evil.example/", @"https:\\api.university.example/", "https://api.university.example /", " https://api.university.example/",
        "https://api.university.example/\r\nHost: evil", "https://api.university.example/\t", "https://api.university.example/\0", "https://api.university。example/",
        "https://apı.university.example/", "https://api%2euniversity.example/", "https://api.university.example%00.evil.example/",
        "http://127.0.0.1/", "http://127.0.0.1:8081/", "http://127.0.0.2:8080/", "http://localhost:8080/", "http://[::1]/", "http://[::1%251]:8080/",
        "http://[::ffff:127.0.0.1]:8080/", "http://[::127.0.0.1]:8080/", "http://[64:ff9b::7f00:1]:8080/", "http://0:8080/", "http://169.254.169.254/latest/meta-data/",
    ];

    [Theory, MemberData(nameof(Refused))]
    public void Only_listed_origins_plainly_written_pass(string url)
    {
        var refusal = Assert.Throws<ActionFailedException>(() => AllowedUrl.Read(url, Environment));
        Assert.True(refusal.Kind is ErrorKind.Invalid or ErrorKind.Denied, refusal.Message);
    }

    [Theory]
    [InlineData("https://api.university.example")]
    [InlineData("https://API.university.example:443/v1?x=1#y")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://[::1]:8080/")]
    public void Listed_origins_pass_with_any_path(string url) => Assert.NotNull(AllowedUrl.Read(url, Environment));

    [Fact]
    public void A_refusal_does_not_show_path_and_query()
    {
        var refusal = Assert.Throws<ActionFailedException>(() => AllowedUrl.Read("https://evil.example/path?token=hush", Environment));
        Assert.DoesNotContain("hush", refusal.Message, StringComparison.Ordinal);
    }
}
