using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// Machines of the tests' own: network namespaces behind a bridge, so that one of them can be cut off from all others. Each has an
/// address under 10.77.0.0/24; this side of the bridge is <see cref="Home"/>.
/// </summary>
public sealed class Network : IAsyncDisposable
{
    public const string Home = "10.77.0.254";
    private const string Bridge = "octests";

    private readonly List<string> _machines = [];
    private readonly TcpListener _listener = new(IPAddress.Parse(Home), 0);

    private Network()
    {
    }

    /// <summary>What keeps this process from making machines; null if nothing does.</summary>
    public static string? Lacks { get; } = Find();

    /// <summary>The port at <see cref="Home"/> behind which the database is.</summary>
    public int DatabasePort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Makes the bridge; what comes to it for the database is passed on to <paramref name="databasePort"/> of the loopback interface.</summary>
    public static async Task<Network> Create(int databasePort)
    {
        Clear();
        Ip($"link add {Bridge} type bridge");
        Ip($"addr add {Home}/24 dev {Bridge}");
        Ip($"link set {Bridge} up");
        var network = new Network();
        network._listener.Start();
        _ = network.Forward(databasePort);
        return await Task.FromResult(network);
    }

    /// <summary>Adds a machine; its address and the command that runs something on it.</summary>
    public (string Address, string[] Run) Add(int number)
    {
        var name = Name(number);
        Ip($"netns add {name}");
        Ip($"link add {name} type veth peer name eth0 netns {name}");
        Ip($"link set {name} master {Bridge} up");
        Ip($"-n {name} addr add 10.77.0.{number}/24 dev eth0");
        Ip($"-n {name} link set eth0 up");
        Ip($"-n {name} link set lo up");
        _machines.Add(name);
        return ($"10.77.0.{number}", ["ip", "netns", "exec", name]);
    }

    /// <summary>Pulls its cable.</summary>
    public static void Cut(int number) => Ip($"link set {Name(number)} down");

    /// <summary>Puts its cable back.</summary>
    public static void Mend(int number) => Ip($"link set {Name(number)} up");

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Clear();
        return ValueTask.CompletedTask;
    }

    private static string Name(int number) => $"octest{number}";

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return "A network that can be cut needs Linux and root.";
        try
        {
            Clear();
            Ip($"link add {Bridge} type bridge");
            Ip($"netns add {Name(0)}");
            Clear();
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"This machine makes no network namespaces: {exception.Message}";
        }
    }

    /// <summary>Also what a run left behind that was killed.</summary>
    private static void Clear()
    {
        for (var number = 0; number < 10; number++)
            if (File.Exists($"/run/netns/{Name(number)}"))
                Ip($"netns del {Name(number)}");
        if (Directory.Exists($"/sys/class/net/{Bridge}"))
            Ip($"link del {Bridge}");
    }

    private static void Ip(string arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("ip", arguments) { RedirectStandardError = true })!;
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"ip {arguments}: {said.Trim()}");
    }

    private async Task Forward(int port)
    {
        try
        {
            while (true)
            {
                var from = await _listener.AcceptTcpClientAsync();
                _ = Join(from, port);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The network is gone.
        }
    }

    private static async Task Join(TcpClient from, int port)
    {
        using var to = new TcpClient();
        using (from)
        {
            try
            {
                await to.ConnectAsync(IPAddress.Loopback, port);
                await Task.WhenAny(from.GetStream().CopyToAsync(to.GetStream()), to.GetStream().CopyToAsync(from.GetStream()));
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // Either side went; so does the other.
            }
        }
    }
}
