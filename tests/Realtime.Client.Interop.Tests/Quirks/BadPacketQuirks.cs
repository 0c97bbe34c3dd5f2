using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>What is no packet ends the connection, with a parse error, and the client comes back.</summary>
public sealed class BadPacketQuirks : QuirkTest
{
    public static TheoryData<ClientTransports, string[]> BadPackets
    {
        get
        {
            var data = new TheoryData<ClientTransports, string[]>();
            foreach (ClientTransports transports in (ClientTransports[])[ClientTransports.WebSocket, ClientTransports.Polling])
            {
                data.Add(transports, ["4abc"]);
                data.Add(transports, ["49"]); // no such type
                data.Add(transports, ["42{}"]);
                data.Add(transports, ["42[]"]);
                data.Add(transports, ["42[\"x\""]);
                data.Add(transports, ["42[null]"]);
                data.Add(transports, ["42[\"connect_error\"]"]); // a reserved name
                data.Add(transports, ["421.5[\"x\"]"]); // no acknowledgement id
                data.Add(transports, ["41{\"a\":1}"]); // DISCONNECT has no payload
                data.Add(transports, ["43{\"a\":1}"]);
                data.Add(transports, ["45-[\"x\"]"]);
                data.Add(transports, ["45[\"x\"]"]);
                data.Add(transports, ["450-[\"x\"]"]);
                data.Add(transports, ["4511-[\"x\"]"]); // more attachments than are taken
                data.Add(transports, ["451-[\"x\",{\"_placeholder\":true,\"num\":1}]", "bAQID"]); // there is no second attachment
                data.Add(transports, ["451-[\"x\",{\"_placeholder\":true,\"num\":-1}]", "bAQID"]);
                data.Add(transports, ["451-[\"x\",{\"_placeholder\":true,\"num\":\"0\"}]", "bAQID"]);
                data.Add(transports, ["451-[\"x\",{\"_placeholder\":true,\"num\":0}]", "42[\"y\"]"]); // text in place of an attachment
                data.Add(transports, ["bAQID"]); // an attachment of nothing
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(BadPackets))]
    public async Task What_is_no_packet_closes_with_a_parse_error_and_the_client_comes_back(ClientTransports transports, string[] packets)
    {
        Joined joined = await JoinAsync(transports);

        await joined.Session.SendAsync(packets);

        StateChange lost = await joined.States.UntilAsync(ClientState.Reconnecting);
        Assert.Equal(ClientCloseReason.ParseError, lost.Reason);
        joined = await joined.AcceptAgainAsync();
        await joined.AssertAliveAsync();
    }

    [Theory]
    [InlineData(ClientTransports.WebSocket, "7")] // no such frame
    [InlineData(ClientTransports.WebSocket, "x")]
    [InlineData(ClientTransports.Polling, "7")]
    [InlineData(ClientTransports.Polling, "42[\"hello\",1]\u001e\u001e42[\"hello\",2]")] // an empty frame between two
    [InlineData(ClientTransports.Polling, "b***")] // no base64
    public async Task What_is_no_frame_closes_the_connection_and_the_client_comes_back(ClientTransports transports, string frame)
    {
        Joined joined = await JoinAsync(transports);

        await (transports == ClientTransports.WebSocket ? joined.Session.Socket.SendAsync(frame) : joined.Session.SendAsync(frame));

        await joined.States.UntilAsync(ClientState.Reconnecting);
        joined = await joined.AcceptAgainAsync();
        await joined.AssertAliveAsync();
    }

    [Theory, BothWires]
    public async Task What_a_half_received_event_had_is_forgotten_with_its_connection(ClientTransports transports)
    {
        Joined joined = await JoinAsync(transports);
        Arrivals<string> arrived = Arrivals.OfAny(joined.Client.Socket);
        await joined.Session.SendAsync("452-[\"half\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]", "bAQID");

        joined = await joined.ComeBackAsync();
        await joined.Session.SendAsync("451-[\"whole\",{\"_placeholder\":true,\"num\":0}]", "bBAUG");

        Assert.Equal("whole[<040506>]", await arrived.NextAsync());
        Assert.Empty(arrived.TakeAll());
    }
}
