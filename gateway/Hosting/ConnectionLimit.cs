using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansCalls.Gateway.SocketIo;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>
/// How many TCP connections are open at once, in all and of one address, WebSockets included: one more is accepted and closed. A process
/// without file descriptors is ended by its runtime, so some are always left for files and connections of its own.
/// </summary>
internal sealed class ConnectionLimit(int most, int mostOfAddress, ILogger log, TimeProvider time)
{
    private const string Limits = "/proc/self/limits";
    private const string OpenFiles = "Max open files";
    private static readonly TimeSpan BetweenWords = TimeSpan.FromMinutes(1);

    private readonly Strangers _open = new(most, mostOfAddress);
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
    public static void Use(KestrelServerOptions kestrel, GatewayOptions options)
    {
        var services = kestrel.ApplicationServices;
        var most = options.MaxConnections ?? OfDescriptors();
        var limit = new ConnectionLimit(
            most, options.MaxConnectionsPerAddress ?? Math.Max(1, most / 2), services.GetRequiredService<ILogger<ConnectionLimit>>(), services.GetRequiredService<TimeProvider>());
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
        if ((saidAt == 0 || time.GetElapsedTime(saidAt, now) > BetweenWords) && Interlocked.CompareExchange(ref _saidAt, now, saidAt) == saidAt)
            GatewayLog.ConnectionsFull(log, most, mostOfAddress);
        return false;
    }
}
