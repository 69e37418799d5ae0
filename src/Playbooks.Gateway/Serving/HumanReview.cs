using System.Security.Cryptography;
using System.Text.Json;
using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.State;

namespace Playbooks.Gateway.Serving;

/// <summary>
/// Keeps the request for a person, one file each, on disk before the caller gets 202. A file, because it must work
/// when storage does not. What is kept: method, path, query, content type, correlation id and body; no header that
/// may carry a credential. A repeat with the same correlation id and body is kept once.
/// </summary>
public sealed class HumanReview : IRungServer
{
    private readonly HumanQueueOptions _options;
    private readonly string? _header;
    private readonly string _directory;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private int _count;

    public HumanReview(string model, HumanQueueOptions options, string? header, string directory, TimeProvider time, ILogger log)
    {
        _options = options;
        _header = header;
        _directory = Path.Combine(directory, "human-queue", model);
        _time = time;
        _log = log;
        Directory.CreateDirectory(_directory);
        _count = Directory.EnumerateFiles(_directory, "*.json").Count();
    }

    public Rung Rung => Rung.HumanQueue;

    public async ValueTask<bool> TryServeAsync(LadderRequest request)
    {
        var http = request.Http;
        if (Volatile.Read(ref _count) >= _options.ItemsLimit)
        {
            // People take items away; so look before refusing.
            Interlocked.Exchange(ref _count, Directory.EnumerateFiles(_directory, "*.json").Count());
            if (Volatile.Read(ref _count) >= _options.ItemsLimit) return Full(request.Gate.Model);
        }
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var item = Item(request, body.ToArray());
        try
        {
            var path = Path.Combine(_directory, $"{item.Id}.json");
            if (!File.Exists(path))
            {
                await DurableFile.WriteAsync(path, JsonSerializer.SerializeToUtf8Bytes(item, GatewayJson.Options), CancellationToken.None);
                Interlocked.Increment(ref _count);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.LogError("{Model}: a request could not be kept for a person: {Problem}", request.Gate.Model, e.Message);
            return false;
        }
        ServedBy.Mark(http.Response, Rung, request.Gate);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(
            http.Response.Body,
            new { queued = true, id = item.Id, model = item.Model, notice = _options.Notice }, GatewayJson.Options, http.RequestAborted);
        return true;
    }

    private bool Full(string model)
    {
        _log.LogError("{Model}: the human queue holds its limit of {Limit} requests", model, _options.ItemsLimit);
        return false;
    }

    private QueuedRequest Item(LadderRequest request, byte[] body)
    {
        var http = request.Http.Request;
        var correlation = _header is null ? null : http.Headers[_header].ToString();
        if (correlation is "") correlation = null;
        var id = correlation is null
            ? Guid.CreateVersion7(_time.GetUtcNow()).ToString("N")
            : Digest(request.Gate.Model, correlation, http.Method, request.Rest + http.QueryString.ToString(), body);
        return new QueuedRequest(
            id, request.Gate.Model, _time.GetUtcNow(), http.Method, request.Rest.ToString(), http.QueryString.ToString(),
            http.ContentType, correlation, request.Gate.State?.Current.Reason, body);
    }

    private static string Digest(string model, string correlation, string method, string target, byte[] body)
    {
        var head = JsonSerializer.SerializeToUtf8Bytes(new[] { model, correlation, method, target }, GatewayJson.Options);
        return Convert.ToHexStringLower(SHA256.HashData([.. head, .. body]))[..32];
    }
}

/// <summary>A request kept for a person.</summary>
/// <param name="Because">Why the model was not serving, or null when the gateway did not know.</param>
/// <param name="Body">In JSON as Base64.</param>
public sealed record QueuedRequest(
    string Id, string Model, DateTimeOffset ReceivedAt, string Method, string Path, string Query, string? ContentType,
    string? CorrelationId, string? Because, byte[] Body);
