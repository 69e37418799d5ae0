using Playbooks.Core.Definitions;
using Playbooks.Core.Json;

namespace Playbooks.Core.Decisions;

/// <summary>What an action answers.</summary>
public abstract record Outcome
{
    private Outcome() { }

    public sealed record Succeeded(JsonData Output) : Outcome;

    /// <param name="Message">For people: what is wrong and how to mend it. Never a secret.</param>
    /// <param name="RetryAfter">How long the target asked to be left alone.</param>
    public sealed record Failed(ErrorKind Kind, string Message, TimeSpan? RetryAfter = null) : Outcome;

    /// <summary>Not done yet: ask again at the instant, with the token. At most 100 polls per attempt.</summary>
    /// <param name="Token">Small; the action's own note of where it stands.</param>
    /// <param name="Progress">For people, for example <c>12 of 40 letters</c>.</param>
    public sealed record Pending(string Token, DateTimeOffset AskAgainAt, string? Progress = null) : Outcome;
}
