namespace Realtime.Attacks.Attacks;

internal sealed class SilentRawClient() : IdleFlood("/ws")
{
    internal override string Name => "raw clients that never authenticate";

    internal override string Protection => "Connections.AuthenticationTimeout";

    internal override void Configure(ServerSetup setup, bool isProtected) => setup.Options = options =>
    {
        options.Connections.AuthenticationTimeout = isProtected ? TimeSpan.FromSeconds(1) : TimeSpan.FromHours(1);
        options.Heartbeat.Interval = TimeSpan.FromHours(1);
    };
}
