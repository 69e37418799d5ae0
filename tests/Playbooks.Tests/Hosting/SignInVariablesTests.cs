using Playbooks.Core.Definitions;
using Playbooks.Hosting;
using Playbooks.Tests.Web.Access;
using Playbooks.Tests.Web;
using Playbooks.Web.SignIn;

namespace Playbooks.Tests.Hosting;

public class SignInVariablesTests
{
    private static readonly DeploymentEnvironment Campus = DoorWorld.EnvironmentOf(EnvironmentKind.Live, "campus");

    [Fact]
    public void Nothing_set_is_no_sign_in_and_no_tokens()
    {
        Assert.IsType<SignInSettings.None>(SignInVariables.Settings(_ => "", Campus));
        Assert.Null(SignInVariables.Tokens(_ => null, TimeProvider.System));
    }

    [Fact]
    public void Tenant_and_client_take_tokens_and_with_a_secret_and_an_address_people_sign_in()
    {
        Assert.IsType<SignInSettings.None>(SignInVariables.Settings(Of("tenant client"), Campus));
        Assert.NotNull(SignInVariables.Tokens(Of("tenant client"), TimeProvider.System));

        var entra = Assert.IsType<SignInSettings.Entra>(SignInVariables.Settings(Of("tenant client secret url"), Campus));
        Assert.Equal(("https://login.microsoftonline.com/" + TokenMint.Tenant + "/v2.0", true), (entra.Issuer.ToString(), entra.IsSecure));
        Assert.DoesNotContain(entra.Secret!, entra.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_identity_that_the_application_trusts_stands_for_the_secret_and_not_beside_it()
    {
        var entra = Assert.IsType<SignInSettings.Entra>(SignInVariables.Settings(Of("tenant client identity url"), Campus));
        Assert.Null(entra.Secret);
        Assert.NotNull(entra.Assertion);
        Assert.Contains("remove one", Assert.Throws<HostSettingException>(() => SignInVariables.Settings(Of("tenant client secret identity url"), Campus)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant client identity")]
    [InlineData("identity url")]
    [InlineData("tenant")]
    [InlineData("client")]
    [InlineData("secret")]
    [InlineData("url")]
    [InlineData("secret url")]
    [InlineData("tenant client secret")]
    [InlineData("tenant client url")]
    public void Half_of_it_is_said_to_be_half(string set)
    {
        var wrong = Assert.Throws<HostSettingException>(() => SignInVariables.Settings(Of(set), Campus));
        Assert.Contains("go together", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("a secret", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://playbooks.university.example")]
    [InlineData("https://playbooks.university.example/path")]
    [InlineData("https://user@playbooks.university.example")]
    [InlineData("https://playbooks.university.example/?query")]
    [InlineData("ftp://playbooks.university.example")]
    [InlineData("playbooks.university.example")]
    public void An_address_that_browsers_cannot_be_sent_to_is_refused(string url) =>
        Assert.Contains(SignInVariables.Url, Assert.Throws<HostSettingException>(() => SignInVariables.Settings(name => name == SignInVariables.Url ? url : Of("tenant client secret url")(name), Campus)).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_no_GUID_is_said_to_be_none() =>
        Assert.Contains("GUID", Assert.Throws<HostSettingException>(() => SignInVariables.Settings(_ => "campus", Campus)).Message, StringComparison.Ordinal);

    [Fact]
    public void Nobody_has_the_development_sign_in_beside_a_tenant()
    {
        var development = Campus with { SignIn = SignInWay.Development, Roles = Campus.Roles.SetItem("operators", ["dev:operator"]) };
        Assert.Equal(["dev:operator"], Assert.IsType<SignInSettings.Development>(SignInVariables.Settings(_ => null, development)).People);
        Assert.Contains("Remove one", Assert.Throws<HostSettingException>(() => SignInVariables.Settings(Of("tenant client"), development)).Message, StringComparison.Ordinal);
    }

    private static Func<string, string?> Of(string set) => name => set.Split(' ').Contains(name["PLAYBOOKS_SIGNIN_".Length..].ToLowerInvariant()) ? name switch
    {
        SignInVariables.Tenant => $"{TokenMint.Tenant}",
        SignInVariables.Client => $"{TokenMint.Audience:B}",
        SignInVariables.Secret => "a secret",
        SignInVariables.Identity => "5d3ad6a2-6b61-4f0c-9c4b-7a2f3f2a9f12",
        _ => "https://playbooks.university.example",
    } : null;
}
