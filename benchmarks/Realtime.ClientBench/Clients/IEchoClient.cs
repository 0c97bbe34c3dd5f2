namespace Realtime.ClientBench.Clients;

/// <summary>A client that is measured, through its ordinary public API.</summary>
internal interface IEchoClient : IAsyncDisposable
{
    /// <summary>Raised with each connect, the first one and those after a loss.</summary>
    event Action? Connected;

    /// <summary>Gets what the client does about a lost connection, for the report.</summary>
    string ReconnectPolicy { get; }

    Task ConnectAsync();

    /// <summary>Begins work that echoes on this client, where the client allows it to.</summary>
    Task BeginAsync(Func<Task> work);

    ValueTask<EchoPayload> EchoAsync(EchoPayload payload);
}
