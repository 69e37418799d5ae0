using Azure.Core;
using Microsoft.Graph;
using Microsoft.Graph.Authentication;
using Microsoft.Kiota.Abstractions.Authentication;

namespace Playbooks.Connectors.Teams.Graph;

/// <summary>
/// Clients of Microsoft Graph, as the app itself and never for a person. One for each purpose, so that a purpose whose calls fail does not keep the
/// others from being tried. The SDK's own retries are left out: they wait on a clock of their own, longer than a notice has.
/// </summary>
public sealed class GraphClients : IDisposable
{
    public static readonly Uri Address = new("https://graph.microsoft.com/v1.0");

    private static readonly Patience PatienceOfDecisions = new(TimeSpan.FromSeconds(2), 1);
    private static readonly Patience PatienceOfNotices = new(TimeSpan.FromSeconds(4), 2);

    private readonly List<HttpClient> clients = [];

    public GraphClients(TokenCredential credential, TimeProvider time) : this(credential, time, Address) { }

    internal GraphClients(TokenCredential credential, TimeProvider time, Uri address)
    {
        var token = new AzureIdentityAuthenticationProvider(credential, [address.Host], null, true, $"https://{Address.Host}/.default");
        Directory = Client(PatienceOfDecisions);
        People = Client(PatienceOfNotices);
        Feed = Client(PatienceOfNotices);
        Mail = Client(PatienceOfNotices);

        GraphServiceClient Client(Patience patience)
        {
            var http = ResilientHandler.Client(time, patience);
            clients.Add(http);
            return new GraphServiceClient(http, (IAuthenticationProvider)token, address.AbsoluteUri.TrimEnd('/'));
        }
    }

    /// <summary>Asked while somebody waits for the answer to a decision.</summary>
    internal GraphServiceClient Directory { get; }

    /// <summary>Asked whom to tell.</summary>
    internal GraphServiceClient People { get; }

    internal GraphServiceClient Feed { get; }

    internal GraphServiceClient Mail { get; }

    public void Dispose() => clients.ForEach(client => client.Dispose());
}
