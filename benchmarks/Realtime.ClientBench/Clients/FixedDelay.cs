using Realtime.Client.Reconnecting;

namespace Realtime.ClientBench.Clients;

/// <summary>Always waits for the same time: not for users, but what a comparison of clients without their policies needs.</summary>
internal sealed class FixedDelay(TimeSpan delay) : IReconnectPolicy
{
    public TimeSpan? GetDelay(in ReconnectArguments arguments) => delay;
}
