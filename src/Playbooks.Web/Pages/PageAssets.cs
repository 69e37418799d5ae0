using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Playbooks.Web.Pages;

/// <summary>Style sheet, script and icon: in the assembly, and served under a name that changes with what is in them, so that a browser may keep them for ever.</summary>
internal static class PageAssets
{
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        ["pages.css"] = "text/css; charset=utf-8",
        ["pages.js"] = "text/javascript; charset=utf-8",
        ["icon.svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, byte[]> Files = Types.Keys.ToFrozenDictionary(name => name, Read);

    public static string Style { get; } = PathOf("pages.css");
    public static string Script { get; } = PathOf("pages.js");
    public static string Icon { get; } = PathOf("icon.svg");

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        foreach (var (name, content) in Files)
        {
            endpoints.MapGet(PathOf(name), (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
                http.Response.Headers.XContentTypeOptions = "nosniff";
                return Results.Bytes(content, Types[name]);
            });
        }
    }

    private static string PathOf(string name) => $"/assets/{Convert.ToHexStringLower(SHA256.HashData(Files[name]))[..12]}/{name}";

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
