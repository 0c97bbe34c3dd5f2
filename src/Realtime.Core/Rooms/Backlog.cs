using System.Diagnostics;

namespace Realtime.Core.Rooms;

/// <summary>What a room has not sent yet, who has had some of it already (<c>_ahead</c>), and who has left since and still gets it (<c>_departed</c>).</summary>
/// <remarks>Guarded by the gate of its room.</remarks>
internal sealed class Backlog
{
    private List<PendingBroadcast> _pending = [];
    private Dictionary<Recipient, int>? _ahead;
    private List<DepartedMember>? _departed;

    internal int Count => _pending.Count;

    internal void Add(in PendingBroadcast broadcast)
    {
        AssertInvariants();
        broadcast.Retain();
        _pending.Add(broadcast);
    }

    internal void OnJoined(Recipient recipient)
    {
        if (_pending.Count > 0)
        {
            (_ahead ??= [])[recipient] = _pending.Count; // published before this member came
        }
    }

    internal void OnLeft(Recipient recipient)
    {
        if (_pending.Count > 0)
        {
            // What is waiting was published while this member was still there.
            (_departed ??= []).Add(new DepartedMember(recipient, _ahead?.GetValueOrDefault(recipient) ?? 0, _pending.Count));
            _ahead?.Remove(recipient);
        }
    }

    /// <summary>Sends one recipient what waits for it, so that the next pass has nothing for it.</summary>
    /// <param name="recipient">The recipient.</param>
    /// <param name="isMember">Whether it is a member now. Otherwise it gets only what waited when it left.</param>
    internal void SendTo(Recipient recipient, bool isMember)
    {
        for (int i = 0; i < _departed?.Count; i++)
        {
            if (_departed[i] is { } left && left.Recipient == recipient)
            {
                Send(recipient, left.First, left.End);
                _departed[i] = left with { First = left.End };
            }
        }

        if (isMember && _pending.Count > 0)
        {
            Send(recipient, _ahead?.GetValueOrDefault(recipient) ?? 0, _pending.Count);
            (_ahead ??= [])[recipient] = _pending.Count;
        }
    }

    /// <summary>Takes everything out, for the members of this moment.</summary>
    internal FanOutPass Take(MemberSnapshot members, long last)
    {
        var pass = new FanOutPass(_pending, members, _ahead, _departed, last);
        _pending = [];
        _ahead = null;
        _departed = null;
        return pass;
    }

    private void Send(Recipient recipient, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            _pending[i].SendTo(recipient);
        }
    }

    [Conditional("DEBUG")]
    private void AssertInvariants() =>
        Debug.Assert((_ahead is null && _departed is null) || _pending.Count > 0, "Nobody is ahead of nothing, nobody left before nothing.");
}
