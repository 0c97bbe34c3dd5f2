using Realtime.Load.Dialects;
using Realtime.Load.Network;

namespace Realtime.Load.Loads;

/// <summary>The requests of one connection that wait for their ack.</summary>
internal sealed class EchoRequests(Connection connection, RequestTemplate template, Payload payload)
{
    // Enough for ten seconds of an open loop on a server that stands still.
    private const int Window = 1024;
    private const int Mask = Window - 1;

    private readonly int[] _waiting = new int[Window];
    private readonly long[] _intendedAt = new long[Window];
    private int _nextId = RequestTemplate.FirstId;

    /// <summary>Writes <paramref name="count"/> requests with one system call.</summary>
    public void Send(int count, long intendedAt)
    {
        Span<byte> frames = stackalloc byte[template.Length * count];
        for (var i = 0; i < count; i++)
        {
            var id = _nextId++;
            if (_waiting[id & Mask] != 0)
            {
                throw new LoadFailure($"connection {connection.Number}: no ack for request {_waiting[id & Mask]} while {Window} others were sent");
            }

            _waiting[id & Mask] = id;
            _intendedAt[id & Mask] = intendedAt;
            payload.Write(template.Write(frames[(i * template.Length)..], id), connection.Number, id);
        }

        connection.Send(frames);
    }

    /// <summary>Verifies an ack and returns when its request was meant to be sent.</summary>
    public long Accept(int id, ReadOnlySpan<byte> argument)
    {
        if (_waiting[id & Mask] != id || id == 0)
        {
            throw new LoadFailure($"connection {connection.Number}: ack {id} was not awaited: duplicated or misrouted");
        }

        if (!payload.Matches(argument, connection.Number, id))
        {
            throw new LoadFailure($"connection {connection.Number}: ack {id} carries something else");
        }

        _waiting[id & Mask] = 0;
        return _intendedAt[id & Mask];
    }
}
