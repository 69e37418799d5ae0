using Playbooks.Core;

namespace Playbooks.Hosting;

/// <summary>Whoever watches the host itself, at its terminal or in its log.</summary>
public interface IHostPeople : IPeople
{
    /// <summary>What the action <c>notify</c> posts to a channel that is nowhere else.</summary>
    /// <returns>How it was delivered.</returns>
    Task<string> PostAsync(string channel, string text, CancellationToken cancellationToken);
}
