using Azure.Core;
using Azure.Core.Pipeline;

namespace Playbooks.Integration.Tests.Artifacts;

/// <summary>Stands in the pipeline of every storage client: counts requests, and does something before or after one of them.</summary>
internal sealed class RequestHook : HttpPipelinePolicy
{
    private int count;

    public int Count => count;
    public List<string> Seen { get; } = [];
    public Func<int, Request, Task>? Before { get; set; }
    public Func<int, Request, Task>? After { get; set; }

    public void Install(ClientOptions options) => options.AddPolicy(this, HttpPipelinePosition.PerRetry);

    public void Reset()
    {
        count = 0;
        Seen.Clear();
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Connectors are asynchronous all the way.");

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var number = Interlocked.Increment(ref count);
        lock (Seen)
            Seen.Add($"{message.Request.Method} {message.Request.Uri}");
        if (Before is { } before)
            await before(number, message.Request);
        await ProcessNextAsync(message, pipeline);
        if (After is { } after)
            await after(number, message.Request);
    }
}

/// <summary>The process ends here, as far as the code under test can tell: nobody can name this exception.</summary>
internal sealed class CrashException() : Exception("crash");
