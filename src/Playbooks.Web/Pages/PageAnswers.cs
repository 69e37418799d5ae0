using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;

namespace Playbooks.Web.Pages;

/// <summary>
/// Carries what became of a form over the redirect that follows it. In a cookie that this host has sealed for this person and that the next page takes away: an
/// address could be sent by anybody, with anything in it.
/// </summary>
internal sealed class PageAnswers(IDataProtectionProvider protection)
{
    private const string Cookie = "playbooks-answer";
    private const int TextMaxCharacters = 900;
    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(5);
    private readonly ITimeLimitedDataProtector protector = protection.CreateProtector("Playbooks.Pages.Answer").ToTimeLimitedDataProtector();

    public IResult Redirect(HttpContext http, string to, Visitor visitor, bool good, string text)
    {
        var said = JsonSerializer.Serialize(new Said(visitor.Person, good, Shown.Text(text, TextMaxCharacters)));
        http.Response.Cookies.Append(Cookie, protector.Protect(said, Lives), Options(http));
        // 303, so that the browser comes with GET.
        http.Response.Headers.Location = to;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    public PageAnswer? Take(HttpContext http, Visitor visitor)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 } kept)
            return null;
        http.Response.Cookies.Delete(Cookie, Options(http));
        try
        {
            return JsonSerializer.Deserialize<Said>(protector.Unprotect(kept)) is { } said && said.Person == visitor.Person ? new PageAnswer(said.Good, said.Text) : null;
        }
        catch (Exception old) when (old is CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    private static CookieOptions Options(HttpContext http) => new() { HttpOnly = true, SameSite = SameSiteMode.Strict, Secure = http.Request.IsHttps, Path = "/", IsEssential = true };

    private sealed record Said(string Person, bool Good, string Text);
}
