using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security;
using System.Web;

namespace Playbooks.Tests.Gateway;

/// <summary>
/// A storage account in memory, spoken to over the real SDK by its REST calls: put, get, delete and list of block blobs
/// with If-Match and If-None-Match. Each <see cref="Link"/> can be cut by itself, as a network would be.
/// </summary>
public sealed class InMemoryBlobs(TimeProvider time)
{
    /// <summary>The emulator's published account and key; nothing listens at the address.</summary>
    public const string ConnectionString =
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;BlobEndpoint=http://127.0.0.1:1/devstoreaccount1;";

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Blob> _blobs = new(StringComparer.Ordinal);
    private readonly HashSet<string> _containers = [];
    private int _versions;

    /// <summary>Every call that arrived: method, path and status.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public Link Connect() => new(this);

    /// <summary>The names of the blobs, without account and container.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock) return [.. _blobs.Keys.Select(k => k[(k.IndexOf('/', StringComparison.Ordinal) + 1)..])];
        }
    }

    public byte[] Read(string name)
    {
        lock (_lock) return _blobs.Single(b => b.Key.EndsWith("/" + name, StringComparison.Ordinal)).Value.Content;
    }

    /// <summary>Puts content there behind everybody's back.</summary>
    public void Plant(string container, string name, byte[] content)
    {
        lock (_lock)
        {
            _containers.Add(container);
            _blobs[$"{container}/{name}"] = new Blob(content, NextVersion(), time.GetUtcNow());
        }
    }

    public void Remove(string name)
    {
        lock (_lock) _blobs.Remove(_blobs.Keys.Single(k => k.EndsWith("/" + name, StringComparison.Ordinal)));
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync();
        HttpResponseMessage answer;
        lock (_lock) answer = Answer(request, body);
        answer.RequestMessage = request;
        answer.Headers.Date = time.GetUtcNow();
        Calls.Enqueue($"{request.Method} {request.RequestUri!.AbsolutePath} {(int)answer.StatusCode}");
        return answer;
    }

    private HttpResponseMessage Answer(HttpRequestMessage request, byte[] body)
    {
        var query = HttpUtility.ParseQueryString(request.RequestUri!.Query);
        var parts = Uri.UnescapeDataString(request.RequestUri.AbsolutePath).Split('/', 4);
        var container = parts[2];
        if (query["restype"] == "container" && request.Method == HttpMethod.Put)
            return _containers.Add(container) ? Plain(HttpStatusCode.Created) : Failed(HttpStatusCode.Conflict, "ContainerAlreadyExists");
        if (!_containers.Contains(container)) return Failed(HttpStatusCode.NotFound, "ContainerNotFound");
        if (query["comp"] == "list") return Listed(container, query["prefix"] ?? "");

        var key = $"{container}/{parts[3]}";
        var there = _blobs.GetValueOrDefault(key);
        if (request.Method == HttpMethod.Put) return Put(key, there, request.Headers, body);
        if (there is null) return Failed(HttpStatusCode.NotFound, "BlobNotFound");
        if (request.Method == HttpMethod.Delete)
        {
            _blobs.Remove(key);
            return Plain(HttpStatusCode.Accepted);
        }
        if (request.Headers.IfNoneMatch.Any(e => e.Tag == there.Version)) return Failed(HttpStatusCode.NotModified, "ConditionNotMet");
        var got = Described(HttpStatusCode.OK, there);
        got.Content = new ByteArrayContent(there.Content);
        got.Content.Headers.LastModified = there.At;
        got.Headers.Add("x-ms-blob-type", "BlockBlob");
        got.Headers.Add("x-ms-access-tier", "Hot");
        // Said outright: a HEAD is answered by its headers alone.
        got.Content.Headers.ContentLength = there.Content.Length;
        return got;
    }

    private HttpResponseMessage Put(string key, Blob? there, HttpRequestHeaders headers, byte[] body)
    {
        if (headers.IfNoneMatch.Any(e => e.Tag == "*") && there is not null) return Failed(HttpStatusCode.Conflict, "BlobAlreadyExists");
        if (headers.IfMatch.Count > 0 && headers.IfMatch.All(e => e.Tag != there?.Version))
            return Failed(HttpStatusCode.PreconditionFailed, "ConditionNotMet");
        var blob = new Blob(body, NextVersion(), time.GetUtcNow());
        _blobs[key] = blob;
        return Described(HttpStatusCode.Created, blob);
    }

    private HttpResponseMessage Listed(string container, string prefix)
    {
        var items = _blobs.Where(b => b.Key.StartsWith($"{container}/{prefix}", StringComparison.Ordinal)).Select(b =>
            $"<Blob><Name>{SecurityElement.Escape(b.Key[(container.Length + 1)..])}</Name><Properties><Last-Modified>{b.Value.At:R}</Last-Modified>"
            + $"<Etag>{SecurityElement.Escape(b.Value.Version)}</Etag><Content-Length>{b.Value.Content.Length}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>");
        var answer = Plain(HttpStatusCode.OK);
        answer.Content = new StringContent(
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"http://127.0.0.1:1/\" ContainerName=\"{container}\"><Blobs>{string.Concat(items)}</Blobs><NextMarker /></EnumerationResults>");
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/xml");
        return answer;
    }

    private static HttpResponseMessage Described(HttpStatusCode status, Blob blob)
    {
        var answer = Plain(status);
        answer.Headers.ETag = new EntityTagHeaderValue(blob.Version);
        answer.Content.Headers.LastModified = blob.At;
        return answer;
    }

    private static HttpResponseMessage Failed(HttpStatusCode status, string code)
    {
        var answer = Plain(status);
        answer.Headers.Add("x-ms-error-code", code);
        return answer;
    }

    private static HttpResponseMessage Plain(HttpStatusCode status) => new(status) { Content = new ByteArrayContent([]) };

    private string NextVersion() => $"\"0x{++_versions:X}\"";

    private sealed record Blob(byte[] Content, string Version, DateTimeOffset At);

    /// <summary>One client's way to the account.</summary>
    public sealed class Link(InMemoryBlobs blobs) : HttpMessageHandler
    {
        /// <summary>While true, every call fails like a refused connection.</summary>
        public bool Cut { get; set; }

        /// <summary>Runs before a call of this kind is answered; for races.</summary>
        public Func<HttpRequestMessage, Task>? Before { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Before is { } before) await before(request).WaitAsync(cancellationToken);
            if (Cut) throw new HttpRequestException("connection refused (cut)");
            return await blobs.AnswerAsync(request);
        }
    }
}
