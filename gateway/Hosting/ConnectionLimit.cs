using System.Globalization;
using System.Net;
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
    private static int OfDescriptors()
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

    /// <summary>Creates the limit of the settings, as far as the descriptors allow it.</summary>
    public static ConnectionLimit Of(GatewayOptions options, ILogger<ConnectionLimit> log, TimeProvider time)
    {
        var possible = OfDescriptors();
        if (options.MaxConnections > possible)
            GatewayLog.FewerConnections(log, options.MaxConnections.Value, possible);
        var most = Math.Min(options.MaxConnections ?? possible, possible);
        return new ConnectionLimit(most, options.MaxConnectionsPerAddress ?? Math.Max(1, most / 2), log, time);
    }

    /// <summary>Reserves a place for a connection. Returns false when there is none.</summary>
    public bool TryEnter(IPAddress? address)
    {
        if (_open.TryEnter(address))
            return true;
        var (now, saidAt) = (time.GetTimestamp(), Interlocked.Read(ref _saidAt));
        if ((saidAt == 0 || time.GetElapsedTime(saidAt, now) > BetweenWords)
            && Interlocked.CompareExchange(ref _saidAt, now, saidAt) == saidAt)
            GatewayLog.ConnectionsFull(log, most, mostOfAddress);
        return false;
    }

    /// <summary>Releases the place of a connection.</summary>
    public void Leave(IPAddress? address) => _open.Leave(address);
}
