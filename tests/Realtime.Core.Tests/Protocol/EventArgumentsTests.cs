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

    [Theory]
    [InlineData("42[\"x\",1]", "1")]
    [InlineData("42[\"x\",-1.5e3,2]", "-1.5e3")]
    [InlineData("42[\"x\" , \"two\" , 3]", "\"two\"")]
    [InlineData("42[\"x\",null]", "null")]
    [InlineData("42[\"x\",true ]", "true")]
    [InlineData("42[\"x\",[1,[2]],3]", "[1,[2]]")]
    [InlineData("42[\"x\",{\"a\":{\"\\ud800\":[]}}]", "{\"a\":{\"\\ud800\":[]}}")]
    [InlineData("42[1,2]", "2")]
    [InlineData("42[\"a\\nb\",\"]\"]", "\"]\"")]
    public void The_first_one_is_found_without_the_others(string text, string expected)
    {
        Packet packet = Wire.Packet(text);

        Assert.Equal(expected, Wire.Text(EventArguments.First(packet).Json));
        Assert.Equal(expected, Wire.Text(EventArguments.From(packet)[0].Json));
    }

    [Theory]
    [InlineData("42[\"x\"]")]
    [InlineData("42[\"x\" ]")]
    [InlineData("42[1]")]
    public void Without_arguments_the_first_one_is_missing(string text) => Assert.Equal(EventArguments.Missing, EventArguments.First(Wire.Packet(text)));

    [Theory]
    [InlineData(0, "123")]
    [InlineData(1, "23")]
    [InlineData(3, "")]
    [InlineData(9, "")]
    public void The_first_ones_may_be_left_out(int count, string expected) =>
        Assert.Equal(expected, string.Concat(EventArguments.From(Wire.Packet("42[\"x\",1,2,3]")).Skip(count).Select(argument => Wire.Text(argument.Json))));

    [Theory]
    [InlineData("{\"_placeholder\":true,\"num\":1}", "02")]
    [InlineData(" {\"num\":0,\"_placeholder\":true}", "01")]
    [InlineData("{\"_placeholder\":true,\"num\":2}", null)]
    [InlineData("{\"_placeholder\":false,\"num\":0}", null)]
    [InlineData("{}", null)]
    [InlineData("[{\"_placeholder\":true,\"num\":1}]", null)]
    [InlineData("\"AQ==\"", null)]
    public void An_argument_is_binary_when_it_is_one_placeholder(string json, string? hex)
    {
        var argument = new EventArgument(Wire.Utf8(json), [new byte[] { 1 }, new byte[] { 2 }]);

        Assert.Equal(hex is not null, argument.TryGetBinary(out ReadOnlyMemory<byte> bytes));
        Assert.Equal(hex ?? "", Convert.ToHexString(bytes.Span));
    }

    [Fact]
    public void Without_attachments_no_argument_is_binary()
    {
        Assert.False(new EventArgument(Wire.Utf8("{\"_placeholder\":true,\"num\":0}"), []).TryGetBinary(out _));
        Assert.False(default(EventArgument).TryGetBinary(out _));
    }
}
