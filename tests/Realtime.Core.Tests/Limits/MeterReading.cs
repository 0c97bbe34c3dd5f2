using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Realtime.Core.Tests.Limits;

/// <summary>What the meter of one server says: counters by name and reason, gauges by name. Add it to the services of the server.</summary>
internal sealed class MeterReading : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _values = new();
    private readonly ConcurrentBag<Meter> _meters = [];

    internal MeterReading()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_meters.Contains(instrument.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string? reason = null;
            foreach ((string key, object? tag) in tags)
            {
                reason = key is "realtime.reason" or "realtime.policy" or "realtime.close.reason" ? (string?)tag : reason;
            }

            string name = reason is null ? instrument.Name : $"{instrument.Name} {reason}";
            _values.AddOrUpdate(name, value, (_, before) => instrument.IsObservable ? value : before + value);
        });
        _listener.Start();
    }

    internal long this[string name]
    {
        get
        {
            _listener.RecordObservableInstruments();
            return _values.GetValueOrDefault(name);
        }
    }

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose() => _listener.Dispose();
}
