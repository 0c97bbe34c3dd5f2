using Realtime.Client.States;

namespace Realtime.Client.Tests.States;

public sealed class ClientTransitionsTests
{
    // Every state with every event: what follows, and whether observers hear of it.
    private static readonly (string State, string Event, string Next, bool IsObservable)[] s_table =
    [
        ("Disconnected", "ConnectRequested", "Connecting", true),
        ("Disconnected", "AttemptStarted", "Disconnected", false),
        ("Disconnected", "Joined", "Disconnected", false),
        ("Disconnected", "ConnectionFailed", "Disconnected", false),
        ("Disconnected", "Ended", "Disconnected", false),
        ("Disconnected", "DisconnectRequested", "Disconnected", false),
        ("Connecting", "ConnectRequested", "Connecting", false),
        ("Connecting", "AttemptStarted", "Connecting", true),
        ("Connecting", "Joined", "Connected", true),
        ("Connecting", "ConnectionFailed", "Connecting", true),
        ("Connecting", "Ended", "Disconnected", true),
        ("Connecting", "DisconnectRequested", "Disconnected", true),
        ("Connected", "ConnectRequested", "Connected", false),
        ("Connected", "AttemptStarted", "Connected", false),
        ("Connected", "Joined", "Connected", false),
        ("Connected", "ConnectionFailed", "Reconnecting", true),
        ("Connected", "Ended", "Disconnected", true),
        ("Connected", "DisconnectRequested", "Disconnected", true),
        ("Reconnecting", "ConnectRequested", "Reconnecting", false),
        ("Reconnecting", "AttemptStarted", "Reconnecting", true),
        ("Reconnecting", "Joined", "Connected", true),
        ("Reconnecting", "ConnectionFailed", "Reconnecting", true),
        ("Reconnecting", "Ended", "Disconnected", true),
        ("Reconnecting", "DisconnectRequested", "Disconnected", true),
    ];

    public static TheoryData<string, string, string, bool> Rows()
    {
        var rows = new TheoryData<string, string, string, bool>();
        foreach ((string state, string happened, string next, bool isObservable) in s_table)
        {
            rows.Add(state, happened, next, isObservable);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_state_and_an_event_give_a_state(string state, string happened, string next, bool isObservable)
    {
        Assert.Equal(Enum.Parse<ClientState>(next), ClientTransitions.Next(Enum.Parse<ClientState>(state), Enum.Parse<ClientEvent>(happened)));
        Assert.Equal(isObservable, ClientTransitions.IsObservable(Enum.Parse<ClientState>(state), Enum.Parse<ClientEvent>(happened)));
    }

    [Fact]
    public void Every_state_and_every_event_is_in_the_table() => Assert.Equal(
        Enum.GetNames<ClientState>().SelectMany(state => Enum.GetNames<ClientEvent>().Select(happened => (state, happened))).Order(),
        s_table.Select(row => (row.State, row.Event)).Order());

    [Theory]
    [InlineData(ClientCloseReason.TransportClose, nameof(Followup.Reconnect))]
    [InlineData(ClientCloseReason.TransportError, nameof(Followup.Reconnect))]
    [InlineData(ClientCloseReason.PingTimeout, nameof(Followup.Reconnect))]
    [InlineData(ClientCloseReason.ParseError, nameof(Followup.Reconnect))]
    [InlineData(ClientCloseReason.ConnectTimeout, nameof(Followup.Reconnect))]
    [InlineData(ClientCloseReason.RefusedForNow, nameof(Followup.Reconnect))]
    [InlineData(ClientCloseReason.AuthFailed, nameof(Followup.Reconnect))]
    [InlineData(ClientCloseReason.Refused, nameof(Followup.ReconnectWithNewAuth))]
    [InlineData(ClientCloseReason.Forbidden, nameof(Followup.ReconnectWithNewAuth))]
    [InlineData(ClientCloseReason.TokenEnded, nameof(Followup.ReconnectWithNewAuth))]
    [InlineData(ClientCloseReason.ServerDisconnect, nameof(Followup.Stop))]
    [InlineData(ClientCloseReason.ClientDisconnect, nameof(Followup.Stop))]
    public void A_reason_says_what_follows(ClientCloseReason reason, string followup) =>
        Assert.Equal(Enum.Parse<Followup>(followup), CloseReasons.FollowupOf(reason));
}
