using CsCheck;
using Realtime.Core.Rooms;

namespace Realtime.Core.Tests.Rooms;

public sealed class MemberListTests : IDisposable
{
    private readonly TestRooms _rooms = new();
    private readonly Recipient[] _recipients;
    private readonly Room _room;

    public MemberListTests()
    {
        TestRooms.Member shared = _rooms.Add("first");
        _recipients = [.. Enumerable.Range(0, 1100).Select(i => _rooms.Add($"{i}", shared.Client))];
        _room = new Room("room", _rooms.Index);
    }

    public void Dispose() => _rooms.Dispose();

    [Fact]
    public void It_holds_what_a_plain_set_holds_and_snapshots_never_change() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 1_000_000]).List[0, 3000].Sample(Follows, iter: 60);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1100)]
    public void It_grows_and_shrinks_over_the_edges_of_chunks(int count)
    {
        var list = new MemberList();
        Membership[] members = [.. _recipients.Take(count).Select(recipient => new Membership(_room, recipient))];
        foreach (Membership member in members)
        {
            list.Add(member);
        }

        MemberSnapshot full = list.TakeSnapshot();
        Assert.Equal(count, full.Count);
        Assert.Equal((count + 255) / 256, full.ChunkCount);
        foreach (Membership member in members)
        {
            list.Remove(member);
        }

        Assert.Equal(0, list.Count);
        Assert.Equal(0, list.TakeSnapshot().ChunkCount);
        Assert.Equal(_recipients.Take(count).ToHashSet(), [.. Everyone(full).Select(member => member!)]);
    }

    private bool Follows(List<(int Action, int Number)> steps)
    {
        var list = new MemberList();
        var model = new List<Membership>();
        var absent = new Queue<Recipient>(_recipients);
        var snapshots = new List<(MemberSnapshot Snapshot, HashSet<Recipient> Expected)>();
        foreach ((int action, int number) in steps)
        {
            if (action <= 2 && absent.Count > 0)
            {
                // Joining in waves, so that lists get longer than one chunk.
                for (int i = number % 40; i >= 0 && absent.Count > 0; i--)
                {
                    var membership = new Membership(_room, absent.Dequeue());
                    list.Add(membership);
                    model.Add(membership);
                }
            }
            else if (action <= 4 && model.Count > 0)
            {
                for (int i = number % 30; i >= 0 && model.Count > 0; i--)
                {
                    int place = number % model.Count;
                    list.Remove(model[place]);
                    absent.Enqueue(model[place].Recipient);
                    model.RemoveAt(place);
                }
            }
            else
            {
                snapshots.Add((list.TakeSnapshot(), [.. model.Select(membership => membership.Recipient)]));
            }

            if (list.Count != model.Count)
            {
                return false;
            }
        }

        snapshots.Add((list.TakeSnapshot(), [.. model.Select(membership => membership.Recipient)]));
        return snapshots.TrueForAll(taken => Everyone(taken.Snapshot) is { } found
            && found.Count == taken.Snapshot.Count && found.Count == taken.Expected.Count && taken.Expected.SetEquals(found!));
    }

    private static List<Recipient?> Everyone(MemberSnapshot snapshot)
    {
        var found = new List<Recipient?>();
        for (int chunk = 0; chunk < snapshot.ChunkCount; chunk++)
        {
            found.AddRange(snapshot.Chunk(chunk));
        }

        return found;
    }
}
