using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// Measures the skew of this process' clock against the database's, which the whole cluster shares. Deadlines and tokens are
/// absolute times: with skewed clocks a call rings shorter or longer after a move to another silo.
/// </summary>
internal sealed class ClockSkew : BackgroundService
{
    internal static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    // The fastest reply gives the most accurate measurement.
    private const int Tries = 3;

    private readonly string _connectionString;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private double? _seconds;
    private bool _apart;

    public ClockSkew(string connectionString, TimeProvider time, IMeterFactory meters, ILogger<ClockSkew> logger)
    {
        (_connectionString, _time, _logger) = (connectionString, time, logger);
        meters.Create(CallTrace.Name).CreateObservableGauge<double>(
            "orleanscalls.clock.skew", () => _seconds is { } seconds ? [new(seconds)] : [], "s",
            "How far this process' clock is ahead of the database's.");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            do
                await Look(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    internal async Task Look(CancellationToken cancellation)
    {
        try
        {
            var (skew, margin) = await Measure(cancellation);
            _seconds = skew.TotalSeconds;
            var apart = skew.Duration() - margin > Tolerated;
            if (apart && !_apart)
                _logger.ClocksApart(Math.Round(skew.TotalSeconds, 1));
            else if (!apart && _apart)
                _logger.ClocksTogether(Math.Round(skew.TotalSeconds, 1));
            _apart = apart;
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            cancellation.ThrowIfCancellationRequested();
            // The skew is unknown.
            _seconds = null;
        }
    }

    private async Task<(TimeSpan Skew, TimeSpan Margin)> Measure(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand("SELECT clock_timestamp()", connection);
        (TimeSpan Skew, TimeSpan Margin) best = (default, TimeSpan.MaxValue);
        for (var i = 0; i < Tries; i++)
        {
            var (before, began) = (_time.GetUtcNow(), _time.GetTimestamp());
            var theirs = (DateTime)(await command.ExecuteScalarAsync(cancellation))!;
            var half = _time.GetElapsedTime(began) / 2;
            if (half < best.Margin)
                best = (before + half - new DateTimeOffset(theirs), half);
        }

        return best;
    }
}
