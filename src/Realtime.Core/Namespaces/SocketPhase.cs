namespace Realtime.Core.Namespaces;

/// <summary>The life of a socket.</summary>
internal enum SocketPhase
{
    /// <summary>Middlewares are deciding.</summary>
    Connecting,

    /// <summary>In the namespace.</summary>
    Connected,

    /// <summary>Gone, for good.</summary>
    Disconnected,
}
