using System.Collections.Concurrent;
using Realtime.Core.Namespaces;

namespace Realtime.ClientChaos;

/// <summary>Looks at what clients ask: in order on each connection, and nothing twice.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class EchoWatch
{
    private readonly ConcurrentDictionary<int, HashSet<long>> _seen = new();
    private readonly ConcurrentQueue<string> _mistakes = new();
    private long _echoes;
    private long _outOfOrder;
    private long _twice;

    internal long Echoes => Interlocked.Read(ref _echoes);

    internal long OutOfOrder => Interlocked.Read(ref _outOfOrder);

    internal long Twice => Interlocked.Read(ref _twice);

    internal string[] FirstMistakes => [.. _mistakes.Take(10)];

    internal void Note(RealtimeSocket socket, Numbered question)
    {
        Interlocked.Increment(ref _echoes);
        LastOnConnection last = socket.Items.Require<LastOnConnection>();
        long before = Interlocked.Exchange(ref last.Number, question.Number);
        if (before >= question.Number)
        {
            Interlocked.Increment(ref _outOfOrder);
            _mistakes.Enqueue($"{question} came after {before} on {socket.TransportName} of {socket.Id}");
        }

        HashSet<long> seen = _seen.GetOrAdd(question.Source, static _ => []);
        lock (seen)
        {
            if (!seen.Add(question.Number))
            {
                Interlocked.Increment(ref _twice);
                _mistakes.Enqueue($"{question} came twice, now on {socket.TransportName} of {socket.Id}");
            }
        }
    }

    /// <summary>The last number that came on one connection.</summary>
    internal sealed class LastOnConnection
    {
        internal long Number;
    }
}
