using CsCheck;
using Realtime.AspNetCore.Tests.WebSockets.Rfc6455;

namespace Realtime.AspNetCore.Tests.WebSockets;

/// <summary>The table on our reader, whatever the network does to the bytes.</summary>
public sealed class FrameReaderConformanceTests
{
    [Theory]
    [MemberData(nameof(Rfc6455Cases.Names), MemberType = typeof(Rfc6455Cases))]
    public void The_reader_does_what_the_case_expects_of_bytes_that_arrive_at_once(string name)
    {
        Rfc6455Case row = Rfc6455Cases.Named(name);
        Run(row, Cuts.Whole).AssertIs(row.Messages, row.Sees);
    }

    [Theory]
    [MemberData(nameof(Rfc6455Cases.Names), MemberType = typeof(Rfc6455Cases))]
    public void The_reader_does_what_the_case_expects_of_bytes_that_arrive_one_by_one(string name)
    {
        Rfc6455Case row = Rfc6455Cases.Named(name);

        // A megabyte one by one proves nothing that its first thousands do not.
        IEnumerable<int> sizes = Cuts.EveryByte(Math.Min(row.Client.Length, 70_000));
        Run(row, sizes).AssertIs(row.Messages, row.Sees);
    }

    [Theory]
    [MemberData(nameof(Rfc6455Cases.Names), MemberType = typeof(Rfc6455Cases))]
    public void The_reader_does_what_the_case_expects_of_bytes_that_arrive_in_any_parts(string name)
    {
        Rfc6455Case row = Rfc6455Cases.Named(name);
        Gen.Int[1, 30].Array[0, 60].Sample(sizes => Run(row, sizes).AssertIs(row.Messages, row.Sees), iter: row.Client.Length > 1_000 ? 3 : 30, threads: 1);
    }

    [Fact]
    public void The_table_is_long_enough() => Assert.InRange(Rfc6455Cases.All.Count, 70, 1_000);

    private static Outcome Run(Rfc6455Case row, IEnumerable<int> sizes) => FrameReaderRun.Run(row.Client, sizes, Rfc6455Cases.MaxMessageSize);
}
