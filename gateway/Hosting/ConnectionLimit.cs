using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>
/// Limits the open TCP connections, in total and per address, WebSockets included; further ones are accepted and closed. The
/// runtime ends a process that cannot start a thread, and a thread needs file descriptors: some are reserved for the process.
/// </summary>
internal sealed class ConnectionLimit(int most, int mostOfAddress, ILogger log, TimeProvider time)
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";

    /// <summary>
    /// What the process needs itself: about 400 when it starts, then a pool of the database, other silos, push.
    /// </summary>
    private const int OwnDescriptors = 640;
    private const int Fewest = 64;
    private static readonly TimeSpan BetweenWords = TimeSpan.FromMinutes(1);

    private readonly UnconnectedLimit _open = new(most, mostOfAddress);
    private long _saidAt;

    /// <summary>
    /// Returns how many connections the process' file descriptors allow: three quarters of them, and at most all but
    /// <see cref="OwnDescriptors"/>. No limit where their number is unknown.
    /// </summary>
    /// <exception cref="SettingException">There are hardly enough for the process itself.</exception>
    public static int OfDescriptors()
    {
        if (!File.Exists(Limits))
            return int.MaxValue;
        var line = File.ReadLines(Limits).FirstOrDefault(l => l.StartsWith(OpenFiles, StringComparison.Ordinal));
        if (line?[OpenFiles.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var soft, ..]
            || !long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            return int.MaxValue;
        var most = Math.Min(limit / 4 * 3, limit - OwnDescriptors);
        return most >= Fewest
            ? (int)Math.Min(int.MaxValue, most)
            : throw new SettingException(
                $"The process may open {limit} files: at least {OwnDescriptors + Fewest} are needed (LimitNOFILE, ulimit -n).");
    }

    /// <summary>Adds the limit to every endpoint of the server.</summary>
    public static void Use(KestrelServerOptions kestrel, GatewayOptions options)
    {
        var services = kestrel.ApplicationServices;
        var log = services.GetRequiredService<ILogger<ConnectionLimit>>();
        var possible = OfDescriptors();
        if (options.MaxConnections > possible)
            GatewayLog.FewerConnections(log, options.MaxConnections.Value, possible);
        var most = Math.Min(options.MaxConnections ?? possible, possible);
        var limit = new ConnectionLimit(
            most, options.MaxConnectionsPerAddress ?? Math.Max(1, most / 2),
            log, services.GetRequiredService<TimeProvider>());
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => async connection =>
        {
            var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
            if (!limit.TryEnter(address))
                return;
            try
            {
                await next(connection);
            }
            finally
            {
                limit._open.Leave(address);
            }
        }));
    }

    private bool TryEnter(IPAddress? address)
    {
        if (_open.TryEnter(address))
            return true;
        var (now, saidAt) = (time.GetTimestamp(), Interlocked.Read(ref _saidAt));
        if ((saidAt == 0 || time.GetElapsedTime(saidAt, now) > BetweenWords)
            && Interlocked.CompareExchange(ref _saidAt, now, saidAt) == saidAt)
            GatewayLog.ConnectionsFull(log, most, mostOfAddress);
        return false;
    }
}
