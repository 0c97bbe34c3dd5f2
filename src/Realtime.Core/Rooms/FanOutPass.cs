using Realtime.Core.Connections;
using Realtime.Core.Framing;
using Realtime.Core.Protocol;

namespace Realtime.Core.Rooms;

/// <summary>What a room sends in one go: some broadcasts in order, to the members of one moment, with one write for each member.</summary>
/// <remarks>Thread-safe: the chunks of a large room are served by several threads at once.</remarks>
internal sealed class FanOutPass(
    List<PendingBroadcast> broadcasts, MemberSnapshot members, Dictionary<Recipient, int>? ahead, List<DepartedMember>? departed, long last)
{
    [ThreadStatic]
    private static int s_depth;

    private readonly Lock _gate = new();
    private readonly bool _isUniform = ahead is null && broadcasts.TrueForAll(static pending => !pending.HasExclusions);
    private readonly bool _isUniformInOrder = broadcasts.TrueForAll(static pending => pending.IsForAllThatRecover);
    private readonly bool _isMergeable = broadcasts.TrueForAll(static pending => !pending.Broadcast.IsVolatile);
    private readonly bool _isSheddable = broadcasts.Exists(static pending => pending.Broadcast.IsSheddable);
    private List<(IPacketCodec Codec, EncodedPacket Merged)>? _merged;

    /// <summary>Gets a value indicating whether this thread is sending to a room: what it does then was called by a transport.</summary>
    internal static bool IsOnThisThread => s_depth > 0;

    internal int ChunkCount => members.ChunkCount;

    /// <summary>Gets the number of the last broadcast.</summary>
    internal long Last { get; } = last;

    internal void SendAll()
    {
        SendDepartures();
        for (int chunk = 0; chunk < ChunkCount; chunk++)
        {
            SendChunk(chunk);
        }
    }

    internal void SendChunk(int chunk)
    {
        FlushScope? scope = Begin();
        try
        {
            SendTo(members.Chunk(chunk));
        }
        finally
        {
            End(scope);
        }
    }

    private void SendTo(ReadOnlySpan<Recipient?> recipients)
    {
        IPacketCodec? codec = null;
        EncodedPacket? merged = null;
        foreach (Recipient? recipient in recipients)
        {
            if (recipient!.Codec != codec)
            {
                codec = recipient.Codec;
                merged = _isMergeable ? MergedFor(codec) : null;
            }

            bool getsEverything = recipient is SequencedRecipient sequenced ? _isUniformInOrder && sequenced.TakesMerged && !IsAhead(recipient) : _isUniform || GetsEverything(recipient);
            if (merged is not null && getsEverything && SendMerged(recipient, merged))
            {
                continue;
            }

            Send(recipient, ahead?.GetValueOrDefault(recipient) ?? 0, broadcasts.Count);
        }
    }

    /// <summary>Sends everything as one. What would have to wait and may be dropped is left to be sent one by one, so that it can be dropped one by one.</summary>
    private bool SendMerged(Recipient recipient, EncodedPacket merged)
    {
        if (_isSheddable)
        {
            return recipient.Outbound.TrySendNow(merged);
        }

        recipient.Outbound.Send(merged);
        return true;
    }

    /// <summary>Finds the chunk that a recipient stands in.</summary>
    /// <param name="recipient">The recipient.</param>
    /// <param name="position">Where it stands in the room now; it has probably not moved since.</param>
    /// <returns>The number of the chunk; -1 when it was no member.</returns>
    internal int Find(Recipient recipient, int position)
    {
        int probable = position / MemberList.ChunkSize;
        if (position >= 0 && probable < ChunkCount && members.Chunk(probable).Contains(recipient))
        {
            return probable;
        }

        for (int chunk = 0; chunk < ChunkCount; chunk++)
        {
            if (members.Chunk(chunk).Contains(recipient))
            {
                return chunk;
            }
        }

        return -1;
    }

    /// <summary>Serves those who left meanwhile. To be called once, before the chunks: one of them may have come back and stand there too.</summary>
    internal void SendDepartures()
    {
        if (departed is null)
        {
            return;
        }

        FlushScope? scope = Begin();
        try
        {
            departed.ForEach(member => Send(member.Recipient, member.First, member.End));
        }
        finally
        {
            End(scope);
        }
    }

    /// <summary>Gives everything back. To be called once, after the last chunk.</summary>
    internal void Complete()
    {
        foreach ((IPacketCodec _, EncodedPacket merged) in _merged ?? [])
        {
            merged.Release();
        }

        foreach (PendingBroadcast pending in broadcasts)
        {
            pending.Release();
        }
    }

    // The members are no part of what this thread gathers: it may be a handler that serves the chunk of its own client.
    private static FlushScope? Begin()
    {
        s_depth++;
        return FlushScope.Suspend();
    }

    private static void End(FlushScope? scope)
    {
        FlushScope.Resume(scope);
        s_depth--;
    }

    private bool IsAhead(Recipient recipient) => ahead?.ContainsKey(recipient) == true;

    private bool GetsEverything(Recipient recipient)
    {
        if (IsAhead(recipient))
        {
            return false;
        }

        foreach (PendingBroadcast pending in broadcasts)
        {
            if (pending.Excludes(recipient))
            {
                return false;
            }
        }

        return true;
    }

    private void Send(Recipient recipient, int first, int end)
    {
        for (int i = first; i < end; i++)
        {
            broadcasts[i].SendTo(recipient);
        }
    }

    private EncodedPacket MergedFor(IPacketCodec codec)
    {
        if (broadcasts.Count == 1)
        {
            return broadcasts[0].For(codec);
        }

        lock (_gate)
        {
            foreach ((IPacketCodec Codec, EncodedPacket Merged) made in _merged ?? [])
            {
                if (made.Codec == codec)
                {
                    return made.Merged;
                }
            }

            EncodedPacket merged = Merge(codec);
            (_merged ??= []).Add((codec, merged));
            return merged;
        }
    }

    // On its own, so that a chunk that needs no merging pays for no closure.
    private EncodedPacket Merge(IPacketCodec codec)
    {
        EncodedPacket[] packets = [.. broadcasts.Select(pending => pending.For(codec))];
        return EncodedPacket.Concat(packets);
    }
}
