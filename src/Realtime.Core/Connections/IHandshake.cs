using System.Security.Claims;

namespace Realtime.Core.Connections;

/// <summary>The request that opened a connection. All namespaces of the connection share it.</summary>
/// <remarks>Thread-safe.</remarks>
public interface IHandshake
{
    /// <summary>Gets when the request came.</summary>
    DateTimeOffset Time { get; }

    /// <summary>Gets the address of the client, as the server sees it; empty when the transport has none.</summary>
    string Address { get; }

    /// <summary>Gets the path and query of the request.</summary>
    string Url { get; }

    /// <summary>Gets a value indicating whether the client came over TLS.</summary>
    bool IsSecure { get; }

    /// <summary>Gets the query parameters; of a repeated one the last value.</summary>
    IReadOnlyDictionary<string, string> Query { get; }

    /// <summary>Gets the headers, with names in lower case; repeated ones joined by commas.</summary>
    IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>Gets who the transport says the client is; not authenticated when it says nothing.</summary>
    ClaimsPrincipal User { get; }

    /// <summary>Gets a value indicating whether <see cref="User"/> is not authenticated. Transports that make the user when it is asked for can say so without.</summary>
    bool IsAnonymous => User.Identity?.IsAuthenticated != true;

    /// <summary>Finds something of the transport's own that came with the request, such as <c>HttpContext</c> on a WebSocket.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <returns>It, or <see langword="null"/>.</returns>
    T? Find<T>()
        where T : class;
}
