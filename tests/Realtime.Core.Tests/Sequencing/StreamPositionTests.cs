using System.Text;
using Realtime.Core.Sequencing;

namespace Realtime.Core.Tests.Sequencing;

public sealed class StreamPositionTests
{
    [Theory]
    [InlineData("k3J9x2Qa:1042", "k3J9x2Qa", 1042)]
    [InlineData("a:0", "a", 0)]
    [InlineData("-_-_-_-_-_-_:9223372036854775807", "-_-_-_-_-_-_", long.MaxValue)]
    public void A_position_is_read_and_written(string text, string stream, long offset)
    {
        Assert.True(StreamPosition.TryParse(text, out StreamPosition position));
        Assert.Equal(new StreamPosition(stream, offset), position);
        Assert.Equal(text, position.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("~7")]
    [InlineData(":1")]
    [InlineData("a:")]
    [InlineData("a:-1")]
    [InlineData("a:+1")]
    [InlineData("a:01")]
    [InlineData("a:1 ")]
    [InlineData("a:1x")]
    [InlineData("a b:1")]
    [InlineData("ä:1")]
    [InlineData("a:9223372036854775808")]
    [InlineData("abcdefghijklm:1")]
    [InlineData("a:b:1")]
    public void What_is_no_position_is_not_taken_for_one(string text)
    {
        Assert.False(StreamPosition.TryParse(text, out _));
        Assert.False(StreamPosition.TryParse(Encoding.UTF8.GetBytes(text), out _));
    }
}
