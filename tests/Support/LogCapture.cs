using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Support;

/// <summary>One line of the log, as text and as what it is made of.</summary>
public sealed record LogLine(LogLevel Level, EventId Event, string Text, IReadOnlyDictionary<string, object?> Scope);

/// <summary>Keeps what a service logs, with the scopes that a structured log would show.</summary>
public sealed class LogCapture : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<LogLine> _lines = new();
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    public IReadOnlyCollection<LogLine> Lines => _lines;

    public IEnumerable<LogLine> Of(string eventName) => _lines.Where(line => line.Event.Name == eventName);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
        // What was kept may be looked at after the service has stopped.
    }

    private sealed class Logger(LogCapture capture) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => capture._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            var scope = new Dictionary<string, object?>();
            capture._scopes.ForEachScope(
                (one, all) =>
                {
                    foreach (var (name, value) in one as IEnumerable<KeyValuePair<string, object?>> ?? [])
                        all[name] = value;
                },
                scope);
            capture._lines.Enqueue(new LogLine(logLevel, eventId, $"{formatter(state, exception)} {exception}", scope));
        }
    }
}
