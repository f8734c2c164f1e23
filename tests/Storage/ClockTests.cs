using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansCalls.Silo;

namespace OrleansCalls.Tests.Storage;

/// <summary>The machine's clock is set: a line says so, and a silo that Orleans would leave unusable stops.</summary>
public sealed class ClockTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(60, "ClockSetAhead")]
    [InlineData(-60, "ClockSetBack")]
    public async Task Clock_IsSet_IsLogged_AndTheSiloGoesOn(int seconds, string expected)
    {
        await using var silo = new Watched();
        await silo.Watch.StartAsync(CancellationToken.None);
        silo.Time.Shift = TimeSpan.FromSeconds(seconds);
        Assert.Equal(expected, await silo.Lines.First.WaitAsync(Bound));
        Assert.True(silo.Watch.IsBearable);
        Assert.False(silo.Lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task Clock_IsSetBackFurtherThanOrleansBears_TheSiloStops()
    {
        await using var silo = new Watched();
        await silo.Watch.StartAsync(CancellationToken.None);
        silo.Time.Shift = -TimeSpan.FromMinutes(7);
        Assert.False(silo.Watch.IsBearable);
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = silo.Lifetime.ApplicationStopping.Register(stopping.SetResult);
        await stopping.Task.WaitAsync(Bound);
        Assert.Equal(["ClockSetBack", "ClockTooFarBack"], silo.Lines.Names);
        Assert.Equal(1, Environment.ExitCode);
        Environment.ExitCode = 0;
    }

    private sealed class Watched : IAsyncDisposable
    {
        public Watched() => Watch = new ClockWatch(
            new SteadyTime(Time),
            Options.Create(new GrainCollectionOptions { CollectionAge = TimeSpan.FromMinutes(5) }), Lifetime, Lines);

        public ShiftedTime Time { get; } = new();

        public ApplicationLifetime Lifetime { get; } = new(NullLogger<ApplicationLifetime>.Instance);

        public Lines Lines { get; } = new();

        public ClockWatch Watch { get; }

        public async ValueTask DisposeAsync()
        {
            await Watch.StopAsync(CancellationToken.None);
            Watch.Dispose();
        }
    }

    private sealed class Lines : ILogger<ClockWatch>
    {
        private readonly TaskCompletionSource<string> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ConcurrentQueue<string> _names = new();

        public Task<string> First => _first.Task;

        public IEnumerable<string> Names => _names;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _names.Enqueue(eventId.Name!);
            _first.TrySetResult(eventId.Name!);
        }
    }
}
