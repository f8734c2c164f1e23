using System.Diagnostics.Metrics;

namespace OrleansCalls.Load.Measure;

/// <summary>
/// Reads Orleans' own counter of the messages that a silo dispatches, in the silo's process. Responses are not counted: a request
/// and its response are one grain message here. Messages of the runtime itself are counted too; they are a few a second.
/// </summary>
internal sealed class MessageCounter : IDisposable
{
    private const string Meter = "Microsoft.Orleans", Instrument =
        "orleans-messaging-processing-dispatcher-received", Tag = "Direction";

    private MeterListener? _listener;
    private bool _found;
    private double _read;
    private double _before;

    /// <summary>Starts to count; Orleans counts only while there is a listener.</summary>
    public void Start()
    {
        Dispose();
        _found = false;
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name != Meter || instrument.Name != Instrument)
                    return;
                _found = true;
                listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var (name, direction) in tags)
            {
                if (name == Tag && direction is "Request" or "OneWay")
                    _read += value;
            }
        });
        _listener.Start();
        _before = Read();
    }

    /// <summary>Stops, and returns how many messages there were since the start; null without a silo in this process.</summary>
    public double? Stop()
    {
        var count = Read() - _before;
        Dispose();
        return _found ? count : null;
    }

    public void Dispose()
    {
        _listener?.Dispose();
        _listener = null;
    }

    private double Read()
    {
        _read = 0;
        _listener?.RecordObservableInstruments();
        return _read;
    }
}
