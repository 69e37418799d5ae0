using System.Net;
using System.Net.Sockets;

namespace Playbooks.Connectors.Http;

/// <summary>The two things asked of the network. Tests answer in its place.</summary>
/// <param name="Resolve">All addresses of a name.</param>
/// <param name="Connect">A stream to exactly that address.</param>
internal sealed record Network(Func<string, CancellationToken, Task<IPAddress[]>> Resolve, Func<IPEndPoint, CancellationToken, Task<Stream>> Connect)
{
    public static readonly Network Real = new(Dns.GetHostAddressesAsync, ConnectAsync);

    private static async Task<Stream> ConnectAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(to, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
