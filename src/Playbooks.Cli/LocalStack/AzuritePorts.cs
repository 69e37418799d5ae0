using System.Net;
using System.Net.Sockets;
using System.Text.Json.Serialization;

namespace Playbooks.Cli.LocalStack;

/// <summary>The loopback ports of the three services.</summary>
internal sealed record AzuritePorts(int Blob, int Queue, int Table)
{
    private const string AccountName = "devstoreaccount1";
    /// <summary>Azurite's documented key: the same for everybody, and no secret.</summary>
    private const string AccountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>Name and key of the account that the connection string names.</summary>
    public static (string Name, string Key) Account => (AccountName, AccountKey);

    [JsonIgnore]
    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={AccountName};AccountKey={AccountKey};BlobEndpoint=http://127.0.0.1:{Blob}/{AccountName};"
        + $"QueueEndpoint=http://127.0.0.1:{Queue}/{AccountName};TableEndpoint=http://127.0.0.1:{Table}/{AccountName};";

    /// <summary>Three ports that were free a moment ago; somebody may still be faster.</summary>
    public static AzuritePorts Free()
    {
        var listeners = Enumerable.Range(0, 3).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Dispose();
        return new AzuritePorts(ports[0], ports[1], ports[2]);
    }

    public async Task<bool> AllAnswerAsync(CancellationToken cancellationToken)
    {
        foreach (var port in new[] { Blob, Queue, Table })
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
            }
            catch (SocketException)
            {
                return false;
            }
        }
        return true;
    }
}
