using System.Net;
using System.Net.Sockets;

namespace Realtime.Faults;

/// <summary>The connections of a proxy while they live.</summary>
/// <remarks>Guarded by <c>_gate</c>.</remarks>
internal sealed class ConnectionTable(IReadOnlyList<EndPoint> targets, Random random, TimeProvider time, Census census)
{
    private readonly Lock _gate = new();

    // In the order of arrival, or a seed would not repeat a choice.
    private readonly List<(ProxiedConnection Connection, Task Running)> _rows = [];

    private int _next;

    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _rows.Count;
            }
        }
    }

    internal void Add(Socket client)
    {
        var connection = new ProxiedConnection(client, time);
        lock (_gate)
        {
            EndPoint[] order = [.. targets.Skip(_next), .. targets.Take(_next)];
            _next = (_next + 1) % targets.Count;
            _rows.Add((connection, census.CountAsync(() => RunAsync(connection, order))));
        }
    }

    internal ProxiedConnection? ChooseOne()
    {
        lock (_gate)
        {
            ProxiedConnection[] whole = [.. _rows.Select(static row => row.Connection).Where(static connection => connection.IsWhole)];
            return whole.Length == 0 ? null : whole[random.Next(whole.Length)];
        }
    }

    internal ProxiedConnection[] Choose(Func<ProxiedConnection, bool> where)
    {
        lock (_gate)
        {
            return [.. _rows.Select(static row => row.Connection).Where(where)];
        }
    }

    /// <summary>Resets what is left. Nobody is added any more.</summary>
    internal async Task StopAsync()
    {
        (ProxiedConnection Connection, Task Running)[] rows;
        lock (_gate)
        {
            rows = [.. _rows];
        }

        Array.ForEach(rows, static row => row.Connection.Abort());
        await Task.WhenAll(rows.Select(static row => row.Running));
    }

    private async Task RunAsync(ProxiedConnection connection, EndPoint[] order)
    {
        await connection.RunAsync(order, census);
        lock (_gate)
        {
            _rows.RemoveAll(row => row.Connection == connection);
        }
    }
}
