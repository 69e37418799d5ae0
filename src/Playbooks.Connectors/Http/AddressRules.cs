using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Playbooks.Connectors.Http;

/// <summary>
/// Which addresses a name may lead to. A name is answered by whoever owns its zone, so an allowed one must not open the way to this machine,
/// its network or its cloud's metadata. IPv6 is refused but for global unicast, and of that all that carries an IPv4 address inside.
/// Source: the IANA special-purpose registries (RFC 6890).
/// </summary>
internal static class AddressRules
{
    private static readonly ImmutableArray<(IPNetwork Network, string Why)> Refused =
    [
        .. Of("this network", "0.0.0.0/8"), .. Of("private", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
        .. Of("shared by a provider's customers", "100.64.0.0/10"), .. Of("loopback", "127.0.0.0/8"),
        .. Of("link-local, where clouds keep their metadata", "169.254.0.0/16"), .. Of("Azure's platform address", "168.63.129.16/32"),
        .. Of("reserved", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        .. Of("for documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"), .. Of("multicast", "224.0.0.0/4"),
        .. Of("Teredo, ORCHID or another special use", "2001::/23"), .. Of("for documentation", "2001:db8::/32", "3fff::/20"),
        .. Of("6to4, which carries an IPv4 address", "2002::/16"),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Why a name must not lead to the address; null if it may.</summary>
    public static string? Refusal(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            // Said by itself: IPNetwork takes a mapped address for its IPv4 address and finds 8.8.8.8 in 2000::/3.
            if (address.IsIPv4MappedToIPv6 || !GlobalUnicast.Contains(WithoutScope(address)))
                return "no global IPv6 address";
            if (IsIsatap(address))
                return "ISATAP, which carries an IPv4 address";
        }
        else if (address.AddressFamily != AddressFamily.InterNetwork)
        {
            return "no IP address";
        }
        return Refused.FirstOrDefault(rule => rule.Network.Contains(WithoutScope(address))).Why;
    }

    /// <summary>RFC 5214: the last half of the address is 0000:5efe or 0200:5efe and the IPv4 address.</summary>
    private static bool IsIsatap(IPAddress address) => address.GetAddressBytes() is [_, _, _, _, _, _, _, _, 0 or 2, 0, 0x5E, 0xFE, ..];

    private static IPAddress WithoutScope(IPAddress address) => new(address.GetAddressBytes());

    private static IEnumerable<(IPNetwork, string)> Of(string why, params string[] networks) => networks.Select(network => (IPNetwork.Parse(network), why));
}
