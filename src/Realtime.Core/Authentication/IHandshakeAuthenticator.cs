namespace Realtime.Core.Authentication;

/// <summary>Says who a client is that asks to join a namespace, from what it sent in the <c>auth</c> object or from the request that opened its connection.</summary>
/// <remarks>
/// <para>Asked before any middleware, and again when a client sends a new token on a connection that stays (<see cref="AuthenticationRequest.IsRefresh"/>).
/// Several are asked in the order of their registration until one has a result.</para>
/// <para>Threading: resolved from a scope of its own for each request; an instance that is shared is called by many threads at once. One that throws, or
/// that takes longer than <see cref="HandshakeAuthenticationOptions.Timeout"/>, refuses the client without telling why.</para>
/// </remarks>
public interface IHandshakeAuthenticator
{
    /// <summary>Authenticates a client.</summary>
    /// <param name="request">What the client sent.</param>
    /// <param name="cancellationToken">Cancelled when the time is over.</param>
    /// <returns>A ticket, a refusal, or <see cref="AuthenticationResult.NoResult"/> when this authenticator has nothing to say about the request.</returns>
    ValueTask<AuthenticationResult> AuthenticateAsync(AuthenticationRequest request, CancellationToken cancellationToken);
}
