using Realtime.Client.States;

namespace ChatConsole.Model;

/// <summary>The connection, as the header shows it.</summary>
/// <remarks>Confined to the loop.</remarks>
public sealed class ConnectionStatus(TimeProvider clock)
{
    private DateTimeOffset _retryAt;

    public ClientState State { get; private set; }

    public string? Transport { get; private set; }

    /// <summary>Gets which try it is, counted from 1.</summary>
    public int Attempt { get; private set; }

    /// <summary>Gets why there is no connection.</summary>
    public ClientCloseReason? Reason { get; private set; }

    /// <summary>Gets what the server or the network said about it.</summary>
    public string? Message { get; private set; }

    /// <summary>Gets how many seconds are left until the next try; 0 while it is under way.</summary>
    public int SecondsLeft => Math.Max(0, (int)Math.Ceiling((_retryAt - clock.GetUtcNow()).TotalSeconds));

    public void Apply(StateChange change, string? transport)
    {
        State = change.Current;
        Transport = transport;
        Attempt = change.Attempt;
        (Reason, Message) = (change.Reason, change.Message);
        _retryAt = clock.GetUtcNow() + change.Delay;
    }
}
