using System.Net;
using Microsoft.Extensions.Http.Resilience;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Playbooks.Connectors.Teams;

/// <summary>
/// One channel's patience: each attempt has its time, what may help is tried again a few times as the channel asks, and a channel that fails too
/// often is left alone for a while. Whoever calls bounds the whole.
/// </summary>
internal sealed class ResilientHandler(TimeProvider time, Patience patience) : DelegatingHandler
{
    /// <summary>A channel that wants to be left alone for longer is not waited for: the next one is taken.</summary>
    public static readonly TimeSpan RetryAfterMax = TimeSpan.FromSeconds(8);
    /// <summary>How long a channel that failed too often is left alone.</summary>
    public static readonly TimeSpan BreakTime = TimeSpan.FromSeconds(30);
    /// <summary>Attempts within <see cref="Sampling"/>, of which half must have failed, before a channel is left alone.</summary>
    public const int AttemptsBeforeBreak = 6;
    public static readonly TimeSpan Sampling = TimeSpan.FromMinutes(1);

    private readonly ResiliencePipeline<HttpResponseMessage> pipeline = Pipeline(time, patience);

    /// <summary>A client whose requests go through it; nothing is redirected, so that a token stays where it belongs.</summary>
    public static HttpClient Client(TimeProvider time, Patience patience, Uri? address = null, HttpMessageHandler? network = null) => new(new ResilientHandler(time, patience)
    {
        InnerHandler = network ?? new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5), ConnectTimeout = TimeSpan.FromSeconds(5) },
    })
    {
        BaseAddress = address,
        // Whoever calls has a bound of their own, on the clock that is given.
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = AnswerMaxBytes,
    };

    private const int AnswerMaxBytes = 4 << 20;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await pipeline.ExecuteAsync(async token => await base.SendAsync(request, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    private static ResiliencePipeline<HttpResponseMessage> Pipeline(TimeProvider time, Patience patience)
    {
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (patience.Retries > 0)
        {
            builder.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = patience.Retries,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(400),
                MaxDelay = TimeSpan.FromSeconds(4),
                ShouldHandle = arguments => ValueTask.FromResult(MayHelp(arguments, time)),
                ShouldRetryAfterHeader = false,
                DelayGenerator = arguments => ValueTask.FromResult(arguments.Outcome.Result is { } answer ? RetryAfter(answer, time) : null),
            });
        }
        return builder
            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = 0.5,
                MinimumThroughput = AttemptsBeforeBreak,
                SamplingDuration = Sampling,
                BreakDuration = BreakTime,
            })
            .AddTimeout(new HttpTimeoutStrategyOptions { Timeout = patience.AttemptWithin })
            .Build();
    }

    /// <summary>
    /// Trying again after no answer may post twice. That is better than not at all: whichever card is remembered counts, and the other one shows it.
    /// </summary>
    private static bool MayHelp(RetryPredicateArguments<HttpResponseMessage> arguments, TimeProvider time) => arguments.Outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result: { StatusCode: HttpStatusCode.PreconditionFailed or HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } answer } =>
            (RetryAfter(answer, time) ?? TimeSpan.Zero) <= RetryAfterMax,
        _ => false,
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider time) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - time.GetUtcNow() is var wait && wait > TimeSpan.Zero => wait,
        _ => null,
    };
}

/// <param name="AttemptWithin">Time of each attempt.</param>
internal sealed record Patience(TimeSpan AttemptWithin, int Retries);
