using Playbooks.Core.Definitions;

namespace Playbooks.Connectors;

/// <summary>The world is not as an action needs it; becomes <see cref="Core.Decisions.Outcome.Failed"/> with the same words.</summary>
/// <param name="kind">Anything but <see cref="ErrorKind.Bug"/>, which is what every other exception means.</param>
/// <param name="message">For people: what is wrong and how to mend it. Never a secret.</param>
/// <param name="retryAfter">How long the target asked to be left alone.</param>
public sealed class ActionFailedException(ErrorKind kind, string message, TimeSpan? retryAfter = null, Exception? inner = null)
    : Exception(message, inner)
{
    public ErrorKind Kind { get; } = kind;
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
