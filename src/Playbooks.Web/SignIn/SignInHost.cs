using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Playbooks.Web.SignIn;

/// <summary>Puts the sign-in into a host: <see cref="AddSignIn"/> with the services, <see cref="UseSignIn"/> before whatever asks who somebody is, <see cref="MapSignIn"/> with the endpoints.</summary>
public static class SignInHost
{
    /// <summary>After which people sign in again, whatever they did meanwhile. Rights are asked for each time and do not wait for it.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(1);

    private const int FormMaxBytes = 16 * 1024;
    private const string CookieName = "playbooks";

    /// <summary>Keeps keys in a folder that is made readable by its owner alone.</summary>
    public static void PersistKeysToPrivateFolder(this IDataProtectionBuilder keys, string folder) => keys.PersistKeysToFileSystem(PrivateFolder(folder));

    /// <param name="keys">Where the keys are kept that cookies and tokens are sealed with.</param>
    public static void AddSignIn(this IServiceCollection services, SignInSettings settings, Action<IDataProtectionBuilder> keys, TimeProvider time)
    {
        var secure = settings is SignInSettings.Entra { IsSecure: true };
        keys(services.AddDataProtection().SetApplicationName(CookieName));
        services.AddAntiforgery(options =>
        {
            options.HeaderName = SignInSessions.AntiforgeryHeader;
            options.FormFieldName = SignInSessions.AntiforgeryField;
            Guard(options.Cookie, CookieName + "-antiforgery", secure, SameSiteMode.Strict);
            // The pages say so themselves, for every one of them.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton(settings);
        services.AddSingleton<SignInSessions>();
        var authentication = services.AddAuthentication(SignedIn.Scheme).AddCookie(SignedIn.Scheme, options =>
        {
            // Lax and not Strict: who follows a link from a card to a page is to be known there. What changes something needs a token as well.
            Guard(options.Cookie, CookieName, secure, SameSiteMode.Lax);
            options.ExpireTimeSpan = Lasts;
            options.SlidingExpiration = false;
            options.TimeProvider = time;
            options.LoginPath = SignInPaths.SignIn;
        });
        if (settings is SignInSettings.Entra entra)
            authentication.AddOpenIdConnect(EntraSignIn.Scheme, options => EntraSignIn.Configure(options, entra, time));
        if (settings is SignInSettings.Development)
            services.AddHostedService<SameMachine>();
    }

    public static void UseSignIn(this IApplicationBuilder application) => application.UseAuthentication();

    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var (settings, sessions) = (endpoints.ServiceProvider.GetRequiredService<SignInSettings>(), endpoints.ServiceProvider.GetRequiredService<SignInSessions>());
        var antiforgery = endpoints.ServiceProvider.GetRequiredService<IAntiforgery>();
        endpoints.MapGet(SignInPaths.SignIn, (HttpContext http, string? returnTo) => sessions.Problem(http) is { } problem ? SignInPages.Refused(StatusCodes.Status403Forbidden, problem) : settings switch
        {
            SignInSettings.Development development => SignInPages.Choose(development, SignInPaths.Local(returnTo), sessions.TokenFor(http)),
            SignInSettings.Entra => Results.Challenge(new AuthenticationProperties { RedirectUri = SignInPaths.Local(returnTo) }, [EntraSignIn.Scheme]),
            _ => throw new System.Diagnostics.UnreachableException(),
        });
        endpoints.MapPost(SignInPaths.SignIn, async (HttpContext http) =>
        {
            if (settings is not SignInSettings.Development development)
                return SignInPages.Refused(StatusCodes.Status404NotFound, "There is no development sign-in here.");
            if (await RefusalAsync(http, sessions, antiforgery) is { } refused)
                return refused;
            var form = await http.Request.ReadFormAsync(http.RequestAborted);
            if (form["person"] is not [{ } person] || !development.People.Contains(person))
                return SignInPages.Refused(StatusCodes.Status400BadRequest, "The environment names nobody of that name.");
            await http.SignInAsync(SignedIn.Scheme, SignedIn.Of(person, person[SignInSettings.Development.Prefix.Length..]));
            return SeeOther(http, SignInPaths.Local(form[SignInPaths.To]));
        }).WithMetadata(new RequestSizeLimitAttribute(FormMaxBytes));
        endpoints.MapPost(SignInPaths.SignOut, async (HttpContext http) =>
        {
            if (await RefusalAsync(http, sessions, antiforgery) is { } refused)
                return refused;
            await http.SignOutAsync(SignedIn.Scheme);
            return SignInPages.SignedOut;
        }).WithMetadata(new RequestSizeLimitAttribute(FormMaxBytes));
    }

    private static async Task<IResult?> RefusalAsync(HttpContext http, SignInSessions sessions, IAntiforgery antiforgery)
    {
        if (sessions.Problem(http) is { } problem)
            return SignInPages.Refused(StatusCodes.Status403Forbidden, problem);
        return await antiforgery.IsRequestValidAsync(http) ? null : SignInPages.Refused(StatusCodes.Status400BadRequest, "The form is not one of this host's, or too old. Go back and load the page again.");
    }

    private static IResult SeeOther(HttpContext http, string path)
    {
        http.Response.Headers.Location = path;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    private static void Guard(CookieBuilder cookie, string name, bool secure, SameSiteMode sameSite)
    {
        // The prefix lets browsers hold that the cookie came over TLS, from this very name, for all of it.
        cookie.Name = secure ? "__Host-" + name : name;
        cookie.Path = "/";
        cookie.HttpOnly = true;
        cookie.SameSite = sameSite;
        cookie.SecurePolicy = secure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        cookie.IsEssential = true;
    }

    private static DirectoryInfo PrivateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            return Directory.CreateDirectory(path);
        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var folder = Directory.CreateDirectory(path, OwnerOnly);
        // It may have been there before, made by somebody with other habits.
        File.SetUnixFileMode(path, OwnerOnly);
        return folder;
    }
}
