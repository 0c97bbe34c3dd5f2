using System.Text.Json;
using Realtime.Core.Connections;
using Realtime.Core.Protocol;
using Realtime.Core.Protocol.Json;

namespace Realtime.Core.Authentication;

/// <summary>A client that wants to be known in a namespace.</summary>
/// <remarks>Immutable.</remarks>
public sealed class AuthenticationRequest
{
    private readonly PayloadSerializer _serializer;

    /// <summary>Initializes a new instance of the <see cref="AuthenticationRequest"/> class; public for tests of authenticators.</summary>
    /// <param name="namespaceName">The name of the namespace, with its leading slash.</param>
    /// <param name="handshake">The request that opened the connection.</param>
    /// <param name="auth">What the client sent to authenticate.</param>
    /// <param name="isRefresh">Whether the client is in the namespace already and brings a new token.</param>
    /// <param name="serializer">What reads <paramref name="auth"/>; <see langword="null"/> is one with default options.</param>
    public AuthenticationRequest(string namespaceName, IHandshake handshake, EventArgument auth, bool isRefresh = false, PayloadSerializer? serializer = null)
    {
        NamespaceName = namespaceName;
        Handshake = handshake;
        Auth = auth;
        IsRefresh = isRefresh;
        _serializer = serializer ?? new PayloadSerializer();
    }

    /// <summary>Gets the name of the namespace, with its leading slash.</summary>
    public string NamespaceName { get; }

    /// <summary>Gets the request that opened the connection.</summary>
    public IHandshake Handshake { get; }

    /// <summary>Gets what the client sent to authenticate, the <c>auth</c> of its options; an empty object when it sent nothing.</summary>
    public EventArgument Auth { get; }

    /// <summary>Gets a value indicating whether the client is in the namespace already and brings a new token.</summary>
    public bool IsRefresh { get; }

    /// <summary>Reads what the client sent.</summary>
    /// <typeparam name="T">The type to read it as.</typeparam>
    /// <returns>The value.</returns>
    /// <exception cref="JsonException">It does not fit the type.</exception>
    public T? GetAuth<T>() => _serializer.Deserialize<T>(Auth);

    /// <summary>Finds the text member <c>token</c> of what the client sent, where clients put a token by convention.</summary>
    /// <returns>The token, or <see langword="null"/> when there is none that is text.</returns>
    public string? FindToken()
    {
        try
        {
            // Not deserialised: an application that is compiled ahead of time has no type for it.
            var reader = new Utf8JsonReader(Auth.Json.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return null;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isToken = reader.ValueTextEquals("token"u8);
                reader.Read();
                if (isToken)
                {
                    return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                }

                reader.Skip();
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // Text with half a surrogate pair, for example: no token.
        }

        return null;
    }
}
