using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Realtime.Core.Backplane;
using Realtime.Core.Identifiers;
using StackExchange.Redis;

namespace Realtime.Redis.Backplane;

/// <summary>Applies what comes in the channel of this node, in its order; where something is missing, has it read from the logs first.</summary>
/// <remarks>
/// What arrives waits in a bounded queue. What finds no room there is dropped, which shows as a hole like any other. One task at a time applies.
/// </remarks>
internal sealed class MessageReader(
    NamespacePath path, FollowedRooms rooms, MessageSequence sequence, MessageSequence heard, OwnCalls calls, LogFiller filler, IBackplaneReceiver receiver, MessageSeal seal, int maxWaiting, ILogger logger)
    : IAsyncDisposable
{
    private const int MaxBatch = 64; // messages that one write to each connection may gather
    private const long RepeatedWithin = 100_000; // numbers that lie further back are those of a counter that began anew on a server whose clock is behind

    private readonly Channel<byte[]> _arrived = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(maxWaiting) { SingleReader = true });
    private readonly DeferredSends _sends = new(path, logger);
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private long _last = -1;
    private long _filledThrough = -1;
    private long _heard = -1;
    private int _isFillWanted;

    internal void Start()
    {
        sequence.OnLate = WantFill;
        _sends.Start();
        _running = RunAsync();
    }

    /// <summary>A message has arrived. Returns at once.</summary>
    internal void OnMessage(RedisValue message)
    {
        if ((byte[]?)message is { } bytes)
        {
            _arrived.Writer.TryWrite(bytes);
        }
    }

    /// <summary>Something may be missing: everything that this node follows is compared with the logs.</summary>
    internal void WantFill()
    {
        Volatile.Write(ref _isFillWanted, 1);
        _arrived.Writer.TryWrite([]); // wakes the reader; when there is no room it is awake
    }

    public async ValueTask DisposeAsync()
    {
        _arrived.Writer.TryComplete();
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _sends.DisposeAsync().ConfigureAwait(false);
        var stopped = new BackplaneUnavailableException("The backplane has stopped.");
        sequence.Stop(stopped);
        heard.Stop(stopped);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (await _arrived.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            bool isComplete = TryApplyArrived(out PublicationBatch? deferred);
            heard.Advance(_heard);
            if (deferred is not null)
            {
                await _sends.AddAsync(deferred).ConfigureAwait(false);
            }

            if (!isComplete || Interlocked.Exchange(ref _isFillWanted, 0) != 0)
            {
                if (await filler.FillAsync(_stopping.Token).ConfigureAwait(false) is not { } mark)
                {
                    return;
                }

                _last = _filledThrough = mark;
            }

            sequence.Advance(_last); // what is sent to somebody next goes behind what was placed, whether that was written by now or was deferred
        }
    }

    /// <summary>Applies what has arrived, as far as nothing is missing.</summary>
    /// <param name="deferred">What is still to be sent of it.</param>
    /// <returns>Whether nothing was missing. What came behind the hole is read from the logs, and dropped.</returns>
    private bool TryApplyArrived(out PublicationBatch? deferred)
    {
        PublicationBatch batch = receiver.BeginBatch();
        deferred = null;
        try
        {
            bool isComplete = true;
            for (int i = 0; i < MaxBatch && isComplete && _arrived.Reader.TryRead(out byte[]? bytes); i++)
            {
                isComplete = bytes.Length == 0 || TryApply(bytes);
            }

            deferred = batch.TryDefer() ? batch : null;
            return isComplete;
        }
        finally
        {
            if (deferred is null)
            {
                DeferredSends.Send(batch, path, logger);
            }
        }
    }

    private bool TryApply(byte[] bytes)
    {
        try
        {
            NodeMessage message = NodeMessage.Read(bytes);
            _heard = message.Number;
            if (message.Number <= _filledThrough || (message.Number <= _last && _last - message.Number < RepeatedWithin))
            {
                return true; // was read from the logs, or came twice: from the primary of a cluster and from a server that was it before
            }

            if (_last >= 0 && message.Number != _last + 1)
            {
                return false;
            }

            Apply(in message, ReadBlocks(message.Blocks));
            _last = message.Number;
            return true;
        }
        catch (InvalidDataException exception)
        {
            RedisBackplaneLog.MessageFailed(logger, exception, path.Value);
            return true; // not ours, or from a version that is not known here: nothing shows its number, so the next one is looked for in the logs
        }
    }

    // All of them before the first is applied: of a message that somebody has forged nothing is, and its number stays free for the real one.
    private List<(int Index, PlacedBlock Block)> ReadBlocks(ReadOnlyMemory<byte> bytes)
    {
        var blocks = new List<(int Index, PlacedBlock Block)>();
        var input = new ByteReader(bytes);
        while (!input.IsAtEnd)
        {
            int index = input.ReadUInt16();
            PlacedBlock block = PlacedBlock.Read(ref input);
            ReadOnlyMemory<byte> body = seal.Open(MessageSeal.Publication, block.Body) ?? throw new InvalidDataException("A message that is not signed by a key of this node.");
            blocks.Add((index, block with { Body = body }));
        }

        return blocks;
    }

    private void Apply(in NodeMessage message, List<(int Index, PlacedBlock Block)> blocks)
    {
        foreach ((int index, PlacedBlock block) in blocks)
        {
            Task sending = SendAsync(block);
            if (!calls.TryNote(in message, index, sending) && sending.IsFaulted)
            {
                RedisBackplaneLog.MessageFailed(logger, sending.Exception, path.Value);
            }
        }
    }

    // What fails here is told to who has published, if that was this node.
    private async Task SendAsync(PlacedBlock block)
    {
        if (!block.Result.IsNumbered)
        {
            await receiver.OnPublicationAsync(block.Decode(path)).ConfigureAwait(false);
        }
        else if (rooms.Place(in block) is { } placed)
        {
            await placed.SendAsync().ConfigureAwait(false);
        }
    }
}
