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
}
