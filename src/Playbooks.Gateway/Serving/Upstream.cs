using System.Net;
using Playbooks.Gateway.Configuration;
using Playbooks.Gateway.State;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using Yarp.ReverseProxy.Forwarder;

namespace Playbooks.Gateway.Serving;

/// <summary>
/// A rung that asks an AI endpoint. An answer of 500 and above, a timeout, a refused connection and an open breaker all
/// mean "not this rung"; so does an answer that comes when the rung may no longer serve.
/// </summary>
public sealed class Upstream : IRungServer, IDisposable
{
    private readonly IHttpForwarder _forwarder;
    private readonly HttpMessageInvoker _client;
    private readonly string _address;
    private readonly ForwarderRequestConfig _config;

    public Upstream(Rung rung, UpstreamOptions options, IHttpForwarder forwarder, TimeProvider time, ILogger log)
    {
        Rung = rung;
        _forwarder = forwarder;
        _address = options.Address.ToString();
        // YARP's own clock stops an answer that stalls half-way; twice ours, so that Polly's, which the breaker counts, comes first.
        _config = new ForwarderRequestConfig { ActivityTimeout = 2 * options.Timeout };
        _client = new HttpMessageInvoker(new PollyHandler(Pipeline(options, time, log))
        {
            InnerHandler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                ConnectTimeout = options.Timeout,
                EnableMultipleHttp2Connections = true,
                UseCookies = false,
                UseProxy = false,
            },
        });
    }

    public Rung Rung { get; }

    public async ValueTask<bool> TryServeAsync(LadderRequest request)
    {
        var transformer = new LadderTransformer(request, Rung);
        var error = await _forwarder.SendAsync(
            request.Http, _address, _client, _config, transformer, request.Gate.WhileServing(Rung));
        if (transformer.Refused) return false;
        return error switch
        {
            ForwarderError.None => true,
            // The caller's own doing, or too late to change: whatever was sent stands.
            _ when request.Http.Response.HasStarted || request.Http.RequestAborted.IsCancellationRequested => true,
            ForwarderError.RequestBodyClient => true,
            _ => false,
        };
    }

    public void Dispose() => _client.Dispose();

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(UpstreamOptions options, TimeProvider time, ILogger log) =>
        new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
            {
                FailureRatio = options.Breaker.FailurePercent / 100.0,
                MinimumThroughput = options.Breaker.MinimumRequests,
                SamplingDuration = options.Breaker.Sampling,
                BreakDuration = options.Breaker.Break,
                // A caller who hangs up says nothing about the upstream, so OperationCanceledException is not among these.
                ShouldHandle = static outcome => ValueTask.FromResult(
                    outcome.Outcome.Exception is HttpRequestException or TimeoutRejectedException
                    || outcome.Outcome.Result is { StatusCode: >= HttpStatusCode.InternalServerError }),
                OnOpened = _ =>
                {
                    log.LogWarning("{Address} fails: its breaker is open", options.Address);
                    return default;
                },
                OnClosed = _ =>
                {
                    log.LogWarning("{Address} answers again: its breaker is closed", options.Address);
                    return default;
                },
            })
            .AddTimeout(options.Timeout)
            .Build();

    /// <summary>The breaker around the call. A refused call becomes a bare 503: an exception per request would cost more than the call.</summary>
    private sealed class PollyHandler(ResiliencePipeline<HttpResponseMessage> pipeline) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var context = ResilienceContextPool.Shared.Get(cancellationToken);
            try
            {
                var outcome = await pipeline.ExecuteOutcomeAsync(SendAsync, context, request);
                if (outcome.Exception is BrokenCircuitException)
                    return new HttpResponseMessage(HttpStatusCode.ServiceUnavailable) { RequestMessage = request };
                outcome.ThrowIfException();
                return outcome.Result!;
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        }

        private async ValueTask<Outcome<HttpResponseMessage>> SendAsync(ResilienceContext context, HttpRequestMessage request)
        {
            try
            {
                return Outcome.FromResult(await base.SendAsync(request, context.CancellationToken));
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                return Outcome.FromException<HttpResponseMessage>(e);
            }
        }
    }

    private sealed class LadderTransformer(LadderRequest request, Rung rung) : HttpTransformer
    {
        /// <summary>True when an answer came that must not be passed on.</summary>
        public bool Refused { get; private set; }

        public override async ValueTask TransformRequestAsync(
            HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, request.Rest, httpContext.Request.QueryString);
            // The upstream's own name, which its certificate and its routing expect.
            proxyRequest.Headers.Host = null;
        }

        public override async ValueTask<bool> TransformResponseAsync(
            HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
        {
            if (proxyResponse is { StatusCode: >= HttpStatusCode.InternalServerError } || !request.Gate.MayServe(rung))
            {
                Refused = true;
                return false;
            }
            var copy = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
            ServedBy.Mark(httpContext.Response, rung, request.Gate);
            return copy;
        }
    }
}
