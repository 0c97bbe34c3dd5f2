#pragma warning disable MA0048 // The type differs from RealtimeEvent<TPayload> only in arity; two files cannot share its name.
namespace Realtime.Core.Protocol;

/// <summary>The name of an event that is acknowledged, with the types of its payload and of its acknowledgement.</summary>
/// <remarks>Immutable.</remarks>
/// <typeparam name="TPayload">The type of the single argument.</typeparam>
/// <typeparam name="TAck">The type of the acknowledgement's single argument.</typeparam>
public sealed class RealtimeEvent<TPayload, TAck>
{
    /// <summary>Initializes a new instance of the <see cref="RealtimeEvent{TPayload, TAck}"/> class.</summary>
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
