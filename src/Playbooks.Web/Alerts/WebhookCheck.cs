namespace Playbooks.Web.Alerts;

/// <summary>Whether a webhook comes from somebody who has a secret of ours.</summary>
public abstract record WebhookCheck
{
    private WebhookCheck() { }

    /// <param name="Id">Its sender's id of this message: the same each time it is sent again, so that it can be dropped.</param>
    /// <param name="SentAt">When its sender says that it was sent.</param>
    /// <param name="Secret">Which of the given secrets signed it, from 0; shows when an old one is no longer used.</param>
    public sealed record Accepted(string Id, DateTimeOffset SentAt, int Secret) : WebhookCheck;

    /// <param name="Reason">For the log of whoever runs the server. Repeats nothing that was sent.</param>
    public sealed record Refused(string Reason) : WebhookCheck;
}
