using System.Text.Json;
using Realtime.Core.Connections;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Namespaces;

/// <summary>What was known of a socket, on this node or another, when it was fetched.</summary>
/// <remarks>Immutable. To act on the socket use <see cref="Target"/>, which leads to it wherever it is.</remarks>
/// <param name="Id">The id of the socket.</param>
/// <param name="Rooms">The rooms that it was in, its private one included.</param>
/// <param name="Data">What the application made public of it: of a socket of this node the object itself, of another node's a <see cref="JsonElement"/>. See <see cref="ReadData{T}"/>.</param>
/// <param name="Handshake">The request that opened its connection. From another node come what the request said and its address, not the user.</param>
/// <param name="Auth">What the client sent to authenticate, as JSON.</param>
/// <param name="Target">Leads to the socket.</param>
public sealed record RemoteSocket(string Id, IReadOnlyList<string> Rooms, object? Data, IHandshake Handshake, ReadOnlyMemory<byte> Auth, Emitter Target)
{
    internal PayloadSerializer? Serializer { get; init; }

    /// <summary>Gets <see cref="Data"/> as a type, wherever the socket is.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <returns>The data; the default of the type when there is none.</returns>
    /// <exception cref="JsonException">The data of a socket of another node does not fit the type.</exception>
    /// <exception cref="InvalidCastException">The data of a socket of this node has another type.</exception>
    public T? ReadData<T>() => Data switch
    {
        null => default,
        JsonElement json when typeof(T) != typeof(JsonElement) && Serializer is not null => Serializer.Deserialize<T>(new EventArgument(Utf8Of(json), [])),
        object data => (T)data,
    };

    private static ReadOnlyMemory<byte> Utf8Of(JsonElement json) => System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json).ToArray();
}
