namespace Realtime.Core.Protocol;

/// <summary>The name of an event together with the type of its payload. Declare it once, as a constant that server and client share.</summary>
/// <remarks>Immutable.</remarks>
/// <typeparam name="TPayload">The type of the single argument.</typeparam>
public sealed class RealtimeEvent<TPayload>
{
    /// <summary>Initializes a new instance of the <see cref="RealtimeEvent{TPayload}"/> class.</summary>
    /// <param name="name">The name on the wire.</param>
    /// <exception cref="ArgumentException">The name is empty or reserved by the protocol.</exception>
    public RealtimeEvent(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ReservedEvents.ThrowIfReserved(name);
        Name = name;
    }

    /// <summary>Gets the name on the wire.</summary>
    public string Name { get; }

    /// <summary>Gets the name on the wire.</summary>
    /// <returns>The name.</returns>
    public override string ToString() => Name;
}
