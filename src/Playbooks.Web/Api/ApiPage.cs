using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Playbooks.Web.Api;

/// <summary>
/// One page of a list. Where there is more, the header <c>Link</c> with <c>rel="next"</c> names the next page; its <c>cursor</c> means nothing to
/// anybody but us, and stays good while things are added.
/// </summary>
internal static class ApiPage
{
    public const string Limit = "limit";
    public const string Cursor = "cursor";
    public const int Default = 50;
    public const int Max = 200;

    private const char Version = '1';

    /// <summary>Gives the page to the caller, or says what is wrong with what was asked.</summary>
    /// <param name="read">The items after a position (null: from the start), at most so many, and the position of each.</param>
    /// <param name="numbered">Positions are numbers.</param>
    public static async Task<IResult> OfAsync<T>(HttpContext http, bool numbered, Func<string?, int, Task<IEnumerable<(T Item, string Position)>>> read)
    {
        var limit = Default;
        if (http.Request.Query[Limit] is [{ } asked] && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit < 1))
            return ApiProblem.Invalid(http, $"'{Limit}' is a number from 1 to {Max}.");
        limit = Math.Min(limit, Max);
        string? after = null;
        if (http.Request.Query[Cursor] is [{ } cursor] && ((after = Read(cursor)) is null || (numbered && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out _))))
            return ApiProblem.Invalid(http, $"'{Cursor}' is not one that this host gave. Begin without one.");
        var items = (await read(after, limit + 1)).ToImmutableArray();
        if (items.Length > limit)
            http.Response.Headers.Link = $"<{http.Request.Path}?{Limit}={limit}&{Cursor}={Write(items[limit - 1].Position)}>; rel=\"next\"";
        return Results.Json(items.Take(limit).Select(item => item.Item), WireJson.Options);
    }

    private static string Write(string position) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(Version + position));

    private static string? Read(string cursor)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(cursor)) is [Version, .. var position] ? position : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
