namespace Realtime.Attacks.Attacks;

internal sealed class ConnectionFlood() : IdleFlood(WireClient.SocketIo)
{
    internal override string Name => "connection flood";

    internal override string Protection => "Connections.ConnectTimeout";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Options = options =>
    {
        options.Connections.ConnectTimeout = isProtected ? TimeSpan.FromSeconds(1) : TimeSpan.FromHours(1);
        options.Heartbeat.Interval = TimeSpan.FromHours(1);
    };
}
