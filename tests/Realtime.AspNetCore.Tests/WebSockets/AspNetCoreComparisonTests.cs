using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;
using Realtime.Core.Framing;

namespace Realtime.AspNetCore.Tests.WebSockets;

/// <summary>
/// The table on the WebSocket that ASP.NET Core uses: it shows that the rows are not only our own reading of the RFC. Where the two differ,
/// the row says so, and the test fails as soon as that is no longer true.
/// </summary>
public sealed class AspNetCoreComparisonTests
{
    [Theory]
    [MemberData(nameof(Rfc6455Cases.Names), MemberType = typeof(Rfc6455Cases))]
    public Task AspNetCore_agrees_with_the_case_or_differs_as_it_says(string name)
    {
        Rfc6455Case row = Rfc6455Cases.Named(name);
        return CompareAsync(row, Cuts.Whole);
    }

    [Theory]
    [MemberData(nameof(Rfc6455Cases.Names), MemberType = typeof(Rfc6455Cases))]
    public Task AspNetCore_agrees_byte_by_byte_too(string name)
    {
        Rfc6455Case row = Rfc6455Cases.Named(name);
        return CompareAsync(row, Cuts.EveryByte(Math.Min(row.Client.Length, 2_000)));
    }

    [Fact]
    public void Every_difference_has_a_reason_and_is_one() =>
        Assert.All(Rfc6455Cases.All.Where(row => row.AspNetCore is not null), row =>
        {
            Assert.False(string.IsNullOrWhiteSpace(row.AspNetCore!.Reason));
            Assert.False(row.AspNetCore.Sees == row.Sees && (row.AspNetCore.Messages ?? row.Messages).SequenceEqual(row.Messages));
        });

    private static async Task CompareAsync(Rfc6455Case row, IEnumerable<int> sizes)
    {
        IReadOnlyList<ReceivedMessage> expected = row.AspNetCore?.Messages ?? row.Messages;

        (Outcome outcome, IReadOnlyList<byte[]> pongs) = await AspNetCoreRun.RunAsync(row.Client, sizes);

        outcome.AssertIs(
            [.. expected.Where(message => message.Kind is WebSocketOpcode.Text or WebSocketOpcode.Binary)], row.AspNetCore?.Sees ?? row.Sees);
        Assert.Equal(expected.Where(message => message.Kind == WebSocketOpcode.Ping).Select(message => message.Payload), pongs);
    }
}
