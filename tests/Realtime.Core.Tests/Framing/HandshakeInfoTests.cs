using Realtime.Core.Framing;

namespace Realtime.Core.Tests.Framing;

public sealed class HandshakeInfoTests
{
    [Fact]
    public void The_open_frame_is_written_as_Node_writes_it()
    {
        var info = new HandshakeInfo("IsOr5-VGeikgeuovAAAA", ["websocket"], TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20), 1_000_000);

        Golden.Match("open", Wire.Lines(info.Encode()));
    }

    [Fact]
    public void Without_upgrades_the_list_is_empty_and_not_missing()
    {
        var info = new HandshakeInfo("x", [], TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(200), 100);

        Assert.Equal("0{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":300,\"pingTimeout\":200,\"maxPayload\":100}", Wire.Lines(info.Encode()));
    }

    [Fact]
    public void An_id_cannot_break_out_of_its_text()
    {
        var info = new HandshakeInfo("\"},", ["a", "b"], TimeSpan.Zero, TimeSpan.Zero, 0);

        using var json = System.Text.Json.JsonDocument.Parse(Wire.Lines(info.Encode())[1..]);

        Assert.Equal("\"},", json.RootElement.GetProperty("sid").GetString());
    }

    [Fact]
    public void What_a_server_writes_a_client_reads()
    {
        var info = new HandshakeInfo("IsOr5-VGeikgeuovAAAA", ["websocket"], TimeSpan.FromSeconds(25), TimeSpan.FromSeconds(20), 1_000_000);

        Assert.True(TryRead(Wire.Lines(info.Encode())[1..], out HandshakeInfo? read));

        Assert.Equal((info.ConnectionId, info.PingInterval, info.PingTimeout, info.MaxPayload), (read!.ConnectionId, read.PingInterval, read.PingTimeout, read.MaxPayload));
        Assert.Equal(info.Upgrades, read.Upgrades);
    }

    [Fact]
    public void A_server_that_is_older_or_newer_is_read_too()
    {
        Assert.True(TryRead("""{"new":{},"pingTimeout":5.5,"pingInterval":1e3,"sid":"x"}""", out HandshakeInfo? read));

        Assert.Equal((int.MaxValue, TimeSpan.FromMilliseconds(1000), TimeSpan.FromMilliseconds(6)), (read!.MaxPayload, read.PingInterval, read.PingTimeout));
        Assert.Empty(read.Upgrades);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"sid":"","pingInterval":1,"pingTimeout":1}""")]
    [InlineData("""{"sid":1,"pingInterval":1,"pingTimeout":1}""")]
    [InlineData("""{"sid":"x","pingInterval":0,"pingTimeout":1}""")]
    [InlineData("""{"sid":"x","pingInterval":"1","pingTimeout":1}""")]
    [InlineData("""{"sid":"x","pingInterval":1,"pingTimeout":-1}""")]
    [InlineData("""{"sid":"x","pingInterval":1}""")]
    public void What_makes_no_sense_is_not_read(string json) => Assert.False(TryRead(json, out _));

    private static bool TryRead(string json, out HandshakeInfo? info) =>
        HandshakeInfo.TryRead(new System.Buffers.ReadOnlySequence<byte>(System.Text.Encoding.UTF8.GetBytes(json)), out info);
}
