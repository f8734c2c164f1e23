using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansCalls.Silo;

namespace OrleansCalls.Storage.Tests;

/// <summary>Somebody sets the machine's clock: a line says so, by how much, and what comes of it.</summary>
public sealed class ClockTests
{
    [Theory]
    [InlineData(60, "The clock was set 60 s ahead: rings that are under way end that much earlier")]
    [InlineData(-60, "The clock was set 60 s back: rings that are under way end that much later")]
    public async Task Clock_Jumps_IsToldOnce(int seconds, string expected)
    {
        var time = new ShiftedTime();
        var lines = new Lines();
        using var watch = new ClockWatch(time, lines);
        await watch.StartAsync(CancellationToken.None);
        time.Shift = TimeSpan.FromSeconds(seconds);
        var line = await lines.First.WaitAsync(TimeSpan.FromSeconds(30));
        await watch.StopAsync(CancellationToken.None);
        Assert.Equal(expected, line);
        Assert.Equal(1, lines.Count);
    }

    private sealed class Lines : ILogger<ClockWatch>
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> First => _first.Task;

        public int Count { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Count++;
            // Some milliseconds may have passed between the two clocks' readings.
            var said = ((IReadOnlyList<KeyValuePair<string, object?>>)state!).ToDictionary(pair => pair.Key, pair => pair.Value);
            var exact = Convert.ToString(said["Seconds"], CultureInfo.InvariantCulture)!;
            _first.TrySetResult(formatter(state, exception).Replace(exact, $"{Math.Round((double)said["Seconds"]!):0}", StringComparison.Ordinal));
        }
    }
}
