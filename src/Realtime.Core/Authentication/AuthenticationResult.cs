namespace Realtime.Core.Authentication;

/// <summary>What an authenticator found out: a ticket, a refusal with a code, or nothing.</summary>
/// <remarks>Immutable.</remarks>
public sealed class AuthenticationResult
{
    private AuthenticationResult(SocketTicket? ticket, string? code, string message)
    {
        Ticket = ticket;
        Code = code;
        Message = message;
    }

    /// <summary>Gets the result of an authenticator that has nothing to say: the next one is asked, and at the end the user of the opening request counts.</summary>
    public static AuthenticationResult NoResult { get; } = new(null, null, "");

    /// <summary>Gets who the client is; <see langword="null"/> when that was not found out.</summary>
    public SocketTicket? Ticket { get; }

    /// <summary>Gets why the client is refused, for programs; <see langword="null"/> when it is not.</summary>
    public string? Code { get; }

    /// <summary>Gets what a refused client is told, for people.</summary>
    public string Message { get; }

    /// <summary>Says who the client is.</summary>
    /// <param name="ticket">Who it is, and for how long.</param>
    /// <returns>The result.</returns>
    public static AuthenticationResult Success(SocketTicket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return new(ticket, null, "");
    }

    /// <summary>Refuses the client: it gets a <c>connect_error</c> with this message and <c>data.code</c>.</summary>
    /// <param name="code">Why, for programs: one of <see cref="AuthenticationCodes"/> or one of your own.</param>
    /// <param name="message">What it is told. Say nothing that helps an attacker.</param>
    /// <returns>The result.</returns>
    public static AuthenticationResult Refuse(string code, string message = "Authentication failed")
    {
        ArgumentException.ThrowIfNullOrEmpty(code);
        ArgumentNullException.ThrowIfNull(message);
        return new(null, code, message);
    }
}
