using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansCalls.Silo.Cluster;

namespace OrleansCalls.Tests.Storage;

/// <summary>A machine's clock beside the database's: measured, and warned of once.</summary>
[Collection(SharedServer.Name)]
public sealed class ClockSkewTests(PostgresServer server)
{
    [NeedTheory(Need.Postgres)]
    [InlineData(90)]
    [InlineData(-90)]
    public async Task ClocksApart_AreMeasured_AndSaidOnce_AsIsTheirReturn(int seconds)
    {
        using var clock = new Clock(await server.CreateDatabase());
        clock.Time.Shift = TimeSpan.FromSeconds(seconds);
        Assert.InRange((await clock.Look())!.Value, seconds - 5, seconds + 5);
        await clock.Look();
        Assert.Equal(["ClocksApart"], clock.Lines);
        clock.Time.Shift = TimeSpan.Zero;
        Assert.InRange((await clock.Look())!.Value, -1, 1);
        Assert.Equal(["ClocksApart", "ClocksTogether"], clock.Lines);
    }

    [Need(Need.Postgres)]
    public async Task ClocksTogether_SayNothing()
    {
        using var clock = new Clock(await server.CreateDatabase());
        Assert.InRange((await clock.Look())!.Value, -1, 1);
        Assert.Empty(clock.Lines);
    }

    [Fact]
    public async Task Database_ThatIsAway_MeansThatThereIsNoFigure()
    {
        using var clock = new Clock("Host=127.0.0.1;Port=1;Username=calls;Database=none;Timeout=1");
        Assert.Null(await clock.Look());
        Assert.Empty(clock.Lines);
    }

    private sealed class Clock : ILogger<ClockSkew>, IDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        private readonly MeterListener _listener = new();
        private readonly ClockSkew _skew;
        private double? _seconds;

        public Clock(string database)
        {
            var meters = _services.GetRequiredService<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters)
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((_, value, _, _) => _seconds = value);
            _listener.Start();
            _skew = new ClockSkew(database, Time, meters, this);
        }

        public ShiftedTime Time { get; } = new();

        public List<string> Lines { get; } = [];

        /// <summary>Measures once; what the gauge shows then.</summary>
        public async Task<double?> Look()
        {
            await _skew.Look(CancellationToken.None);
            _seconds = null;
            _listener.RecordObservableInstruments();
            return _seconds;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(eventId.Name!);

        public void Dispose()
        {
            _listener.Dispose();
            _skew.Dispose();
            _services.Dispose();
        }
    }
}
