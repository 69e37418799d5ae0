using System.Collections.Concurrent;
using System.Globalization;
using System.Web;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Playbooks.Integration.Tests.Artifacts;

/// <summary>
/// As much of Blob Storage as a store of fixed paths needs, with blob versions, which Azurite has not. It checks no signatures, and it
/// misbehaves on order: what a restore by version id must survive.
/// </summary>
internal sealed class VersionKeepingStore : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly Lock changing = new();
    private readonly ConcurrentDictionary<string, List<Stored>> blobs = new(StringComparer.Ordinal);
    private int versions;

    private VersionKeepingStore(WebApplication server) => this.server = server;

    /// <summary>Asked for each read of a version and for each copy (as method COPY); what it answers is done instead of the right thing.</summary>
    public Func<string, string, Misbehaviour?> Misbehave { get; set; } = (_, _) => null;

    public string ConnectionString { get; private set; } = "";

    public static async Task<VersionKeepingStore> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var store = new VersionKeepingStore(builder.Build());
        store.server.Run(store.AnswerAsync);
        await store.server.StartAsync(cancellationToken);
        var url = store.server.Urls.First();
        store.ConnectionString = $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=AAAA;BlobEndpoint={url}/devstoreaccount1;";
        return store;
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!.TrimStart('/').Split('/', 3);
        var (method, query) = (context.Request.Method, context.Request.Query);
        if (query["restype"] == "container")
        {
            if (query["comp"] == "list")
                await ListAsync(context, $"{path[1]}/", query["prefix"].ToString());
            else
                context.Response.StatusCode = 201;
            return;
        }
        var name = $"{path[1]}/{path[2]}";
        if (method == "PUT" && context.Request.Headers.TryGetValue("x-ms-copy-source", out var source))
            Copy(context, name, new Uri(source.ToString()));
        else if (method == "PUT")
            await PutAsync(context, name);
        else if (method == "DELETE")
            Delete(context, name);
        else
            await GetAsync(context, name, query["versionid"].ToString());
    }

    private async Task PutAsync(HttpContext context, string name)
    {
        using var content = new MemoryStream();
        await context.Request.Body.CopyToAsync(content);
        var metadata = context.Request.Headers.Where(header => header.Key.StartsWith("x-ms-meta-", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key["x-ms-meta-".Length..], header => header.Value.ToString());
        Store(context, name, content.ToArray(), metadata, 201);
    }

    private void Copy(HttpContext context, string name, Uri from)
    {
        var misbehaviour = Misbehave("COPY", name);
        if (misbehaviour == Misbehaviour.Error)
        {
            Fail(context, 500, "InternalError");
            return;
        }
        var content = Find(from.AbsolutePath.Split('/', 3)[2], HttpUtility.ParseQueryString(from.Query)["versionid"] ?? "")?.Content;
        if (content is null)
            Fail(context, 404, "CannotVerifyCopySource");
        else
            Store(context, name, misbehaviour == Misbehaviour.Truncated ? content[..^1] : content, [], 202);
        context.Response.Headers["x-ms-copy-id"] = Guid.NewGuid().ToString();
        context.Response.Headers["x-ms-copy-status"] = "success";
    }

    private void Store(HttpContext context, string name, byte[] content, Dictionary<string, string> metadata, int status)
    {
        lock (changing)
        {
            var current = Find(name, "");
            var ifMatch = context.Request.Headers.IfMatch.ToString();
            if (context.Request.Headers.IfNoneMatch == "*" && current is not null)
                Fail(context, 409, "BlobAlreadyExists");
            else if (ifMatch.Length > 0 && ifMatch != current?.Tag)
                Fail(context, 412, "ConditionNotMet");
            else
            {
                var stored = new Stored(content, $"version-{++versions}", $"\"0x{versions:X}\"", metadata);
                blobs.GetOrAdd(name, _ => []).Add(stored);
                context.Response.StatusCode = status;
                Describe(context, stored);
            }
        }
    }

    private async Task GetAsync(HttpContext context, string name, string versionId)
    {
        var stored = Find(name, versionId);
        var misbehaviour = versionId.Length > 0 ? Misbehave(context.Request.Method, name) : null;
        if (misbehaviour == Misbehaviour.Error)
        {
            Fail(context, 500, "InternalError");
            return;
        }
        if (misbehaviour == Misbehaviour.CurrentInstead)
            stored = Find(name, "");
        if (stored is null)
        {
            Fail(context, 404, "BlobNotFound");
            return;
        }
        var content = misbehaviour switch
        {
            Misbehaviour.Truncated => stored.Content[..^1],
            Misbehaviour.OtherContent => [.. stored.Content[..^1], (byte)(stored.Content[^1] ^ 1)],
            _ => stored.Content,
        };
        Describe(context, stored);
        context.Response.Headers["x-ms-blob-type"] = "BlockBlob";
        context.Response.ContentLength = content.Length;
        if (context.Request.Method == "HEAD")
            return;
        if (misbehaviour == Misbehaviour.Dropped)
        {
            await context.Response.Body.WriteAsync(content.AsMemory(0, content.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }
        await context.Response.Body.WriteAsync(content);
    }

    private void Delete(HttpContext context, string name)
    {
        lock (changing)
            if (Find(name, "") is null)
                Fail(context, 404, "BlobNotFound");
            else
            {
                // The versions stay; there is only no current one.
                blobs[name].Add(Stored.Nothing);
                context.Response.StatusCode = 202;
            }
    }

    private async Task ListAsync(HttpContext context, string container, string prefix)
    {
        var found = blobs.Keys.Where(name => name.StartsWith(container + prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(name => (Name: name[container.Length..], Stored: Find(name, ""))).Where(one => one.Stored is not null);
        var list = new XElement("EnumerationResults", new XElement("Blobs", found.Select(one => new XElement("Blob",
            new XElement("Name", one.Name),
            new XElement("Properties", new XElement("Last-Modified", Now()), new XElement("Etag", one.Stored!.Tag),
                new XElement("Content-Length", one.Stored.Content.Length), new XElement("BlobType", "BlockBlob")),
            new XElement("Metadata", one.Stored.Metadata.Select(pair => new XElement(pair.Key, pair.Value)))))), new XElement("NextMarker"));
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync(list.ToString());
    }

    private Stored? Find(string name, string versionId)
    {
        lock (changing)
            return !blobs.TryGetValue(Uri.UnescapeDataString(name), out var all) ? null
                : versionId.Length > 0 ? all.Find(one => one.VersionId == versionId)
                : all[^1] == Stored.Nothing ? null : all[^1];
    }

    private static void Describe(HttpContext context, Stored stored)
    {
        context.Response.Headers.ETag = stored.Tag;
        context.Response.Headers.LastModified = Now();
        context.Response.Headers["x-ms-version-id"] = stored.VersionId;
    }

    private static void Fail(HttpContext context, int status, string code)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
    }

    private static string Now() => DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture);

    private sealed record Stored(byte[] Content, string VersionId, string Tag, Dictionary<string, string> Metadata)
    {
        public static readonly Stored Nothing = new([], "", "", []);
    }
}

/// <summary>What a store may do instead of what was asked.</summary>
internal enum Misbehaviour
{
    /// <summary>Answers a version id with the current content, as an account without versions does.</summary>
    CurrentInstead,
    /// <summary>The right version id over other bytes of the same length.</summary>
    OtherContent,
    /// <summary>One byte short, and says so in its length.</summary>
    Truncated,
    /// <summary>The connection ends in the middle.</summary>
    Dropped,
    /// <summary>500.</summary>
    Error,
}
