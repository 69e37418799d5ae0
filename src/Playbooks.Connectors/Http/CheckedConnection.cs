using System.Net;
using System.Net.Sockets;
using Playbooks.Core.Definitions;

namespace Playbooks.Connectors.Http;

/// <summary>
/// Connects to an address that was checked, and to that very one: a name asked twice may answer twice differently. Every address of a name
/// must pass, not only the first.
/// </summary>
/// <param name="network">Asked once for each connection.</param>
internal sealed class CheckedConnection(Network network)
{
    /// <summary>False while nothing can have been sent.</summary>
    public bool IsMade { get; private set; }

    /// <exception cref="ActionFailedException">Denied: an address that no name may lead to. Transient: no address, or none that answers.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        SocketException? last = null;
        foreach (var address in await AddressesAsync(host, cancellationToken))
        {
            try
            {
                var stream = await network.Connect(new IPEndPoint(address, context.DnsEndPoint.Port), cancellationToken);
                IsMade = true;
                return stream;
            }
            catch (SocketException failure)
            {
                last = failure;
            }
        }
        throw new ActionFailedException(ErrorKind.Transient, $"{host} could not be reached: {last?.SocketErrorCode.ToString() ?? "it has no address"}.", null, last);
    }

    private async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancellationToken)
    {
        // The environment names this address literally as an origin: the operator means it.
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        IPAddress[] addresses;
        try
        {
            addresses = await network.Resolve(host, cancellationToken);
        }
        catch (SocketException failure)
        {
            throw new ActionFailedException(ErrorKind.Transient, $"{host} has no address now: {failure.SocketErrorCode}.", null, failure);
        }
        foreach (var address in addresses)
            if (AddressRules.Refusal(address) is { } why)
                throw new ActionFailedException(ErrorKind.Denied,
                    $"{host} leads to {address}, which is {why}. Name the address itself as an origin in the environment if it is meant.");
        return addresses;
    }
}
