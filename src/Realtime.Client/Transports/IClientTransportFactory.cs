namespace Realtime.Client.Transports;

/// <summary>Makes transports: over the network, or in memory for tests.</summary>
internal interface IClientTransportFactory
{
    /// <summary>Makes a transport, which is not open yet.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="connectionId">The connection that it is to take over; <see langword="null"/> for a new one.</param>
    IClientTransport Create(string name, string? connectionId);
}
