using System.Net;
using System.Net.Sockets;

namespace Realtime.Core.Connections;

/// <summary>What an address counts as where limits are for each address.</summary>
internal static class AddressKey
{
    private const int SubnetBytes = 8;

    /// <summary>Of IPv6 the first 64 bits: what one customer gets, who could otherwise use a new address each time. An IPv4 address in the form of IPv6 is the same as without.</summary>
    internal static string Of(string address)
    {
        if (!IPAddress.TryParse(address, out IPAddress? parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        if (parsed.IsIPv4MappedToIPv6)
        {
            return parsed.MapToIPv4().ToString();
        }

        byte[] bytes = parsed.GetAddressBytes();
        Array.Clear(bytes, SubnetBytes, bytes.Length - SubnetBytes);
        return new IPAddress(bytes) + "/64";
    }
}
