using System.Collections;
using Realtime.Core.Protocol;

namespace Realtime.Core.Tests.Protocol;

public sealed class EventArgumentsTests
{
    [Theory]
    [InlineData("42[\"x\"]", "")]
    [InlineData("42[1]", "")]
    [InlineData("42[\"x\",1,\"two\",null,[3,{\"a\":4}],{\"b\":[]}]", "1|\"two\"|null|[3,{\"a\":4}]|{\"b\":[]}")]
    [InlineData("42 [ \"x\" , 1 , [ 2 ] ]", "1|[ 2 ]")]
    [InlineData("42[\"a\\nb\",-1.50e3,true]", "-1.50e3|true")]
    [InlineData("430[]", "")]
    [InlineData("430[\"x\",\"\\ud800\",12345678901234567890]", "\"x\"|\"\\ud800\"|12345678901234567890")]
    [InlineData("40", "")]
    public void They_are_the_items_as_they_came_without_the_name_of_the_event(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', EventArguments.From(Wire.Packet(text)).Select(argument => Wire.Text(argument.Json))));

    [Fact]
    public void Every_argument_knows_the_attachments_of_its_packet()
    {
        var partial = new PartialPacket(Wire.Packet("451-[\"b\",{\"_placeholder\":true,\"num\":0},2]"));
        partial.TryComplete(new System.Buffers.ReadOnlySequence<byte>([7]), out Packet packet);

        EventArguments arguments = EventArguments.From(packet);

        Assert.Equal(2, arguments.Count);
        Assert.All(arguments, argument => Assert.Same(packet.Attachments, argument.Attachments));
    }

    [Fact]
    public void Without_attachments_their_list_is_empty_and_not_null() => Assert.Empty(EventArguments.From(Wire.Packet("42[\"x\",1]"))[0].Attachments);

    [Fact]
    public void No_arguments_are_the_empty_list()
    {
        Assert.Same(EventArguments.Empty, EventArguments.From(Wire.Packet("42[\"x\"]")));
        Assert.Empty(EventArguments.Empty);
    }

    [Fact]
    public void They_are_a_list()
    {
        EventArguments arguments = EventArguments.From(Wire.Packet("42[\"x\",1,2]"));

        IEnumerator untyped = ((IEnumerable)arguments).GetEnumerator();

        Assert.True(untyped.MoveNext());
        Assert.Equal(arguments[0], untyped.Current);
        Assert.Equal("2", Wire.Text(arguments[1].Json));
        Assert.Throws<IndexOutOfRangeException>(() => arguments[2]);
    }
}
