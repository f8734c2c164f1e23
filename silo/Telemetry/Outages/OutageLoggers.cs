using Microsoft.Extensions.Logging;
using OrleansCalls.Silo.Storage;

namespace OrleansCalls.Silo.Telemetry.Outages;

/// <summary>
/// The host's loggers, with messages that repeat an outage lowered to <see cref="LogLevel.Debug"/>: each call, grain and
/// Orleans service would log it with a stack trace of its own, some 500 KB a second under load.
/// </summary>
internal sealed class OutageLoggers(ILoggerFactory inner, Outage outage) : ILoggerFactory
{
    // Orleans' event id for each request that waits for an activation which is deactivated after a failed write.
    private const int ForwardFailed = 101032;

    private readonly ILogger _own = inner.CreateLogger(typeof(OutageLoggers).FullName!);

    public ILogger CreateLogger(string categoryName) =>
        new Logger(inner.CreateLogger(categoryName), categoryName[(categoryName.LastIndexOf('.') + 1)..], this);

    public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

    public void Dispose() => inner.Dispose();

    private LogLevel Demoted(LogLevel level, EventId eventId, string source, Exception exception)
    {
        if (level < LogLevel.Information || OutageFault.Find(exception) is not { } fault)
            return level;
        if (outage.Count(eventId.Name ?? $"{source}[{eventId.Id}]"))
            _own.OutageBegan(StorageFault.Words(fault.GetBaseException()));
        return LogLevel.Debug;
    }

    private bool Repeats(string source, EventId eventId)
    {
        if (!outage.IsOn)
            return false;
        outage.Count(eventId.Name ?? $"{source}[{eventId.Id}]");
        return true;
    }

    private sealed class Logger(ILogger inner, string source, OutageLoggers all) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => inner.BeginScope(state);

        public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!inner.IsEnabled(logLevel))
                return;
            var level = exception is not null ? all.Demoted(logLevel, eventId, source, exception)
                : eventId.Id == ForwardFailed && all.Repeats(source, eventId) ? LogLevel.Debug
                : logLevel;
            inner.Log(level, eventId, state, exception, formatter);
        }
    }
}
