using System.Globalization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>
/// How many TCP connections are open at once, WebSockets included: one more is accepted and closed. A process without file descriptors
/// is ended by its runtime, so some are always left for files and connections of its own.
/// </summary>
internal sealed class ConnectionLimit(int most, ILogger log, TimeProvider time)
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";
    private static readonly TimeSpan BetweenWords = TimeSpan.FromMinutes(1);

    private int _open;
    private long _saidAt;

    /// <summary>Three quarters of the descriptors that this process may have; no limit where those are not known.</summary>
    public static int OfDescriptors()
    {
        if (!File.Exists(Limits))
            return int.MaxValue;
        var line = File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith(OpenFiles, StringComparison.Ordinal));
        return line?[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, ..]
            && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            ? (int)Math.Min(int.MaxValue, limit / 4 * 3)
            : int.MaxValue;
    }

    /// <summary>Puts the limit in front of every address of the server.</summary>
    public static void Use(KestrelServerOptions kestrel, int? most)
    {
        var services = kestrel.ApplicationServices;
        var limit = new ConnectionLimit(
            most ?? OfDescriptors(), services.GetRequiredService<ILogger<ConnectionLimit>>(), services.GetRequiredService<TimeProvider>());
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => async connection =>
        {
            if (!limit.TryEnter())
                return;
            try
            {
                await next(connection);
            }
            finally
            {
                limit.Leave();
            }
        }));
    }

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= most)
            return true;
        Leave();
        var (now, saidAt) = (time.GetTimestamp(), Interlocked.Read(ref _saidAt));
        if ((saidAt == 0 || time.GetElapsedTime(saidAt, now) > BetweenWords) && Interlocked.CompareExchange(ref _saidAt, now, saidAt) == saidAt)
            GatewayLog.ConnectionsFull(log, most);
        return false;
    }

    private void Leave() => Interlocked.Decrement(ref _open);
}
