using Realtime.Load;

namespace Realtime.ClientBench.Clients;

internal static class EchoClients
{
    public static IEchoClient Create(string name, Uri server, ClientSettings settings) => name switch
    {
        "realtime" => new RealtimeEchoClient(server, settings),
        "package" => new PackageEchoClient(server, settings, TaskCreationOptions.None),
        "package-async" => new PackageEchoClient(server, settings, TaskCreationOptions.RunContinuationsAsynchronously),
        "bare" => new BareEchoClient(server),
        _ => throw new LoadFailure($"no client is called {name}"),
    };
}
