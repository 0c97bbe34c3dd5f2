using Realtime.Client.States;
using Realtime.Core.Protocol;

namespace Realtime.Client;

/// <summary>The server refused the namespace (<c>connect_error</c>).</summary>
public sealed class ConnectRefusedException : ConnectFailedException
{
    /// <summary>Initializes a new instance of the <see cref="ConnectRefusedException"/> class.</summary>
    /// <param name="reason">For good or for now.</param>
    /// <param name="message">The message of the server.</param>
    /// <param name="code">The code in its data, if it has one.</param>
    /// <param name="data">The data of the server, if it sent some.</param>
    /// <param name="retryAfter">The time after which the server wants to be asked again, if it said so.</param>
    public ConnectRefusedException(ClientCloseReason reason, string message, string? code, EventArgument? data, TimeSpan? retryAfter)
        : base(reason, message)
    {
        RefusalCode = code;
        RefusalData = data;
        RetryAfter = retryAfter;
    }

    /// <summary>Gets the code in the data, such as <c>token_expired</c>; <see langword="null"/> when there is none.</summary>
    public string? RefusalCode { get; }

    /// <summary>Gets the data that the server sent with its refusal, as JSON.</summary>
    public EventArgument? RefusalData { get; }

    /// <summary>Gets the time after which the server wants to be asked again.</summary>
    public TimeSpan? RetryAfter { get; }
}
