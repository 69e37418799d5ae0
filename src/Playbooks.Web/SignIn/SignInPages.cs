using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Playbooks.Core.Renderings;
using Playbooks.Web.Pages;

namespace Playbooks.Web.SignIn;

/// <summary>The plain pages around signing in. They run nothing, and load nothing but our style.</summary>
internal static class SignInPages
{
    private const string Title = "Playbooks";

    public static IResult Choose(SignInSettings.Development development, string to, string token) => new Page(StatusCodes.Status200OK, body =>
    {
        body.Append("<h1>Sign in for development</h1><p>Anybody at this machine is whom they choose. No password is asked, and this exists nowhere else.</p>");
        foreach (var person in development.People)
        {
            body.Append($"<form method=\"post\" action=\"{SignInPaths.SignIn}\"><input type=\"hidden\" name=\"{SignInSessions.AntiforgeryField}\" value=\"{Text(token)}\">"
                + $"<input type=\"hidden\" name=\"{SignInPaths.To}\" value=\"{Text(to)}\"><button name=\"person\" value=\"{Text(person)}\">{Text(person)}</button></form>");
        }
        if (development.People.IsEmpty)
            body.Append("<p>The environment names nobody. Add for example \"dev:operator\" to its roles.</p>");
    });

    public static IResult SignedOut { get; } = new Page(StatusCodes.Status200OK, body => body.Append($"<h1>You have signed out</h1><p><a href=\"{SignInPaths.SignIn}\">Sign in again</a></p>"));

    public static IResult Refused(int status, string why) => new Page(status, body => body.Append($"<h1>No sign-in</h1><p>{Text(why)}</p>"));

    /// <summary>Says nothing of why: who made it fail on purpose would learn from it, and whoever did not can only try again.</summary>
    public static Task WriteFailedAsync(HttpContext http) => new Page(StatusCodes.Status403Forbidden,
        body => body.Append($"<h1>You could not be signed in</h1><p>Microsoft Entra did not say that you are somebody who may enter here. <a href=\"{SignInPaths.SignIn}\">Try again</a>; "
            + "if it stays so, ask whoever runs this host whether you are a guest in the tenant.</p>")).ExecuteAsync(http);

    private static string Text(string text) => HtmlEncoder.Default.Encode(Printable.Line(text));

    private sealed class Page(int status, Action<StringBuilder> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var body = new StringBuilder($"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\"><title>{Title}</title><link rel=\"stylesheet\" href=\"{PageAssets.Style}\"></head><body><main class=\"door\">");
            write(body);
            body.Append("</main></body></html>");
            var headers = httpContext.Response.Headers;
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
            headers.CacheControl = "no-store";
            return Results.Text(body.ToString(), "text/html; charset=utf-8", statusCode: status).ExecuteAsync(httpContext);
        }
    }
}
