using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Realtime.Core.Diagnostics;

namespace Realtime.AspNetCore.Tests.Support;

/// <summary>What the meter says of one server has come and not gone since this was made.</summary>
internal sealed class Balance : IDisposable
{
    private static readonly string[] s_names = ["realtime.connections", "realtime.sockets", "realtime.rooms"];
    private readonly ConcurrentDictionary<string, long> _totals = new();
    private readonly MeterListener _listener = new();

    internal Balance(string serverName)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == RealtimeMeter.Name && s_names.Contains(instrument.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key == "realtime.server" && (string?)tag.Value == serverName)
                {
                    _totals.AddOrUpdate(instrument.Name, value, (_, before) => before + value);
                }
            }
        });
        _listener.Start();
    }

    /// <summary>Everything was counted, and nothing is left of it.</summary>
    internal bool IsZero() => _totals.Count == s_names.Length && _totals.Values.All(static total => total == 0);

    public void Dispose() => _listener.Dispose();
}
