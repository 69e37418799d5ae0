using System.Text;
using Playbooks.Core.Cards;
using Playbooks.Core.Definitions;
using Playbooks.Core.Json;
using Playbooks.Connectors.Storage;

namespace Playbooks.Connectors.Teams;

/// <summary>The last way: hands a short text to whoever sends text messages for the organisation. The address is the secret, so it appears nowhere.</summary>
internal sealed class SmsWebhook(SecretReference address, Secrets secrets, HttpClient http, Func<Uri, bool> isAllowed)
{
    private const int TextMaxCharacters = 300;

    public static bool IsHttps(Uri address) => address.Scheme == Uri.UriSchemeHttps;

    /// <summary>Posts <c>{ "text", "run", "link" }</c>.</summary>
    public async Task SendAsync(string run, string text, Uri link, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(secrets.Resolve(address), UriKind.Absolute, out var url) || !isAllowed(url))
            throw new ChannelException($"The secret {address.Value} is no https URL.");
        var body = JsonData.Object(("text", JsonData.Of(CardText.Short(CardText.Safe(text), TextMaxCharacters))), ("run", JsonData.Of(run)), ("link", JsonData.Of(link.AbsoluteUri)));
        using var content = new StringContent(body.Text, Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(url, content, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
            throw new ChannelException($"HTTP {(int)answer.StatusCode}.") { Status = answer.StatusCode };
    }
}
