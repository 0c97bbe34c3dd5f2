namespace Realtime.Core.Namespaces;

/// <summary>A client that asks to join a namespace, as the middlewares of the namespace see it.</summary>
/// <param name="socket">The socket. It can already be given items, a user and rooms; they are undone when it is refused.</param>
/// <param name="services">The services of the application.</param>
public sealed class ConnectingContext(RealtimeSocket socket, IServiceProvider services)
{
    /// <summary>Gets the socket.</summary>
    public RealtimeSocket Socket { get; } = socket;

    /// <summary>Gets the services of the application.</summary>
    public IServiceProvider Services { get; } = services;

    /// <summary>Gets a value indicating whether the client is refused.</summary>
    public bool IsRefused => Refusal is not null;

    internal Refusal? Refusal { get; private set; }

    /// <summary>Refuses the client: it gets a <c>connect_error</c> and stays on its connection. Do not call the next middleware afterwards.</summary>
    /// <param name="message">What the client is told.</param>
    /// <param name="data">More, as the member <c>data</c> of the error; left out when null.</param>
    public void Refuse(string message, object? data = null) => Refusal = new Refusal(message, data);
}
