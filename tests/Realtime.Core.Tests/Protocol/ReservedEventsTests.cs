using Realtime.Core.Protocol;

namespace Realtime.Core.Tests.Protocol;

public sealed class ReservedEventsTests
{
    [Theory]
    [InlineData("connect")]
    [InlineData("connect_error")]
    [InlineData("disconnect")]
    [InlineData("disconnecting")]
    [InlineData("newListener")]
    [InlineData("removeListener")]
    public void The_names_of_the_protocol_are_reserved(string name)
    {
        Assert.True(ReservedEvents.Contains(name));
        Assert.True(ReservedEvents.Contains(Wire.Utf8(name)));
        Assert.Contains(name, Assert.Throws<ArgumentException>(() => ReservedEvents.ThrowIfReserved(name)).Message);
    }

    [Theory]
    [InlineData("connection")]
    [InlineData("error")]
    [InlineData("message")]
    [InlineData("CONNECT")]
    public void Other_names_are_free(string name)
    {
        Assert.False(ReservedEvents.Contains(name));
        Assert.False(ReservedEvents.Contains(Wire.Utf8(name)));
        ReservedEvents.ThrowIfReserved(name);
    }

    [Fact]
    public void An_empty_name_is_legal() => ReservedEvents.ThrowIfReserved("");

    [Fact]
    public void No_name_is_refused() => Assert.Throws<ArgumentNullException>(() => ReservedEvents.ThrowIfReserved(null!));

    [Fact]
    public void A_typed_event_cannot_have_a_reserved_name()
    {
        Assert.Throws<ArgumentException>(() => new RealtimeEvent<int>("disconnect"));
        Assert.Throws<ArgumentException>(() => new RealtimeEvent<int, int>("disconnect"));
    }

    [Fact]
    public void A_typed_event_reads_as_its_name()
    {
        Assert.Equal("moved", new RealtimeEvent<int>("moved").ToString());
        Assert.Equal("moved", new RealtimeEvent<int, bool>("moved").ToString());
    }
}
