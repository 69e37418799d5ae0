using Microsoft.AspNetCore.Http;

namespace Playbooks.Web;

/// <summary>The body of a request that is judged as a whole, up to a size.</summary>
internal static class BoundedBody
{
    private const int BufferBytes = 16 * 1024;

    /// <summary>Because of a body in chunks the server also counts what stands between them; the text itself is counted here.</summary>
    public static long ServerLimit(int maxBytes) => 2L * maxBytes;

    /// <summary>Null where it is too large.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        if (request.ContentLength > maxBytes)
            return null;
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var buffer = new byte[BufferBytes];
        for (int read; (read = await request.Body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > maxBytes)
                return null;
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    public static bool IsJson(HttpRequest request) => request.ContentType?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) is true;
}
