using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>
/// Limits the open TCP connections, in total and per address, WebSockets included; further ones are accepted and closed. The
/// runtime aborts a process without file descriptors, so some are reserved for files and outgoing connections.
/// </summary>
internal sealed class ConnectionLimit(int most, int mostOfAddress, ILogger log, TimeProvider time)
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";
    private static readonly TimeSpan BetweenWords = TimeSpan.FromMinutes(1);

    private readonly UnconnectedLimit _open = new(most, mostOfAddress);
    private long _saidAt;

    /// <summary>Returns three quarters of the process' file descriptors; no limit where their number is unknown.</summary>
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

    /// <summary>Adds the limit to every endpoint of the server.</summary>
    public static void Use(KestrelServerOptions kestrel, GatewayOptions options)
    {
        var services = kestrel.ApplicationServices;
        var most = options.MaxConnections ?? OfDescriptors();
        var limit = new ConnectionLimit(
            most, options.MaxConnectionsPerAddress ?? Math.Max(1, most / 2),
            services.GetRequiredService<ILogger<ConnectionLimit>>(), services.GetRequiredService<TimeProvider>());
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
