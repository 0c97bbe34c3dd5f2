using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Realtime.Core.Diagnostics;

namespace Realtime.Attacks;

/// <summary>What the meter says of one server: the totals of its counters that go up and down, and its gauges.</summary>
internal sealed class Readings : IDisposable
{
    internal const string Outbound = "realtime.outbound.bytes";
    private static readonly string[] s_balanced =
        ["realtime.connections", "realtime.sockets", "realtime.rooms", "realtime.sessions", "realtime.timers", "realtime.acks.pending"];

    private readonly ConcurrentDictionary<string, long> _values = new();
    private readonly MeterListener _listener = new();
    private readonly string _server;

    internal Readings(string server)
    {
        _server = server;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == RealtimeMeter.Name && (s_balanced.Contains(instrument.Name) || instrument.Name == Outbound))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>(Note);
        _listener.Start();
    }

    /// <summary>What has to be after an attack what it was before.</summary>
    internal IReadOnlyDictionary<string, long> Balance()
    {
        _listener.RecordObservableInstruments();
        return s_balanced.ToDictionary(static name => name, name => _values.GetValueOrDefault(name));
    }

    internal long Get(string name)
    {
        _listener.RecordObservableInstruments();
        return _values.GetValueOrDefault(name);
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (tag.Key == "realtime.server" && (string?)tag.Value == _server)
            {
                _values.AddOrUpdate(instrument.Name, value, (_, before) => instrument.IsObservable ? value : before + value);
            }
        }
    }
}
