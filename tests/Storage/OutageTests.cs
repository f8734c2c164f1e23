using System.Net.Sockets;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Npgsql;
using OrleansCalls.Silo.Telemetry.Outages;

namespace OrleansCalls.Tests.Storage;

/// <summary>What of the log is withheld while the database or the silos are away, and what never is.</summary>
public sealed class OutageTests
{
    private readonly TestTime _time = new();
    private readonly Lines _lines = new();
    private readonly Outage _outage;
    private readonly OutageLoggers _loggers;

    public OutageTests()
    {
        _outage = new Outage(_time);
        _loggers = new OutageLoggers(
            LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_lines)), _outage);
    }

    [Fact]
    public void Lines_ThatRepeatIt_AreDebug_AndCounted()
    {
        var logger = _loggers.CreateLogger("Orleans.Grain");
        for (var i = 0; i < 3; i++)
            Log(
                logger, LogLevel.Error, new EventId(7, "ReadFailed"),
                new InvalidOperationException("outer", new StorageUnavailableException("The database is away: refused")));
        Log(logger, LogLevel.Warning, new EventId(8), new TimeoutException());
        Assert.Equal(
            [
                (LogLevel.Error, "OutageBegan"), (LogLevel.Debug, "ReadFailed"), (LogLevel.Debug, "ReadFailed"),
                (LogLevel.Debug, "ReadFailed"), (LogLevel.Debug, ""),
            ],
            _lines.All.Select(line => (line.Level, line.Event)));
        Assert.Contains("The database is away: refused", _lines.All[0].Text, StringComparison.Ordinal);

        _time.Pass(Outage.Quiet - TimeSpan.FromSeconds(1));
        Assert.Null(_outage.TryEnd());
        Log(logger, LogLevel.Error, new EventId(7, "ReadFailed"), new TimeoutException());
        _time.Pass(Outage.Quiet);
        var ended = _outage.TryEnd()!.Value;
        Assert.Equal(Outage.Quiet - TimeSpan.FromSeconds(1), ended.Lasted);
        Assert.Equal([new("ReadFailed", 4), new("Grain[8]", 1)], ended.Lines);

        Assert.Null(_outage.TryEnd());
        Log(logger, LogLevel.Error, new EventId(7, "ReadFailed"), new TimeoutException());
        Assert.Equal(2, _lines.All.Count(line => line.Event == "OutageBegan"));
    }

    [Fact]
    public void OtherLines_StayAsTheyAre()
    {
        var logger = _loggers.CreateLogger("OrleansCalls.Calls.CallGrain");
        Log(logger, LogLevel.Error, new EventId(1, "Defect"), new InvalidOperationException("a defect"));
        Log(logger, LogLevel.Information, new EventId(2, "CallStarted"), null);
        Log(logger, LogLevel.Debug, new EventId(3, "Retried"), new TimeoutException());
        Assert.Equal(
            [(LogLevel.Error, "Defect"), (LogLevel.Information, "CallStarted"), (LogLevel.Debug, "Retried")],
            _lines.All.Select(line => (line.Level, line.Event)));
        Assert.Null(_outage.TryEnd());
    }

    public static TheoryData<Exception, bool> Faults => new()
    {
        { new StorageUnavailableException("away"), true },
        { new NpgsqlException("broken", new SocketException(111)), true },
        { new PostgresException("the database system is shutting down", "FATAL", "FATAL", "57P03"), true },
        { new PostgresException("duplicate key", "ERROR", "ERROR", "23505"), false },
        { new SqliteException("database or disk is full", 13), true },
        { new SqliteException("UNIQUE constraint failed", 19), false },
        { new SiloUnavailableException("gone"), true },
        { new OrleansException("a grain's own"), false },
        { new AggregateException(new TimeoutException()), true },
        { new FormatException("nonsense"), false },
    };

    [Theory, MemberData(nameof(Faults))]
    public void Faults_AreToldFromDefects(Exception exception, bool isOutage) =>
        Assert.Equal(isOutage, OutageFault.Find(exception) is not null);

    private static void Log(ILogger logger, LogLevel level, EventId id, Exception? exception) =>
        logger.Log(level, id, "a line", exception, (text, _) => text);

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<(LogLevel Level, string Event, string Text)> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add((logLevel, eventId.Name ?? "", formatter(state, exception)));

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
