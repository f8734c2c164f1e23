using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// Machines of this run's own: network namespaces behind a bridge, so that one of them can be cut off from all others. Names and
/// addresses are made of this process' id, so that two runs on one machine do not meet; this side of
/// the bridge is <see cref="Home"/>.
/// </summary>
public sealed class Network : IAsyncDisposable
{
    private const string Prefix = "oct";
    private const string Machines = "/run/netns";
    private const string Links = "/sys/class/net";

    private static readonly string Bridge = $"{Prefix}{Environment.ProcessId}";
    private static readonly string Subnet = FreeSubnet();

    private readonly TcpListener _listener = new(IPAddress.Parse(Home), 0);

    private Network()
    {
    }

    /// <summary>The address of the bridge, where the database is.</summary>
    public static string Home => $"{Subnet}.254";

    /// <summary>What keeps this process from making machines; null if nothing does.</summary>
    public static string? Lacks { get; } = Find();

    /// <summary>The port at <see cref="Home"/> behind which the database is.</summary>
    public int DatabasePort => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>
    /// Makes the bridge; what comes to it for the database is passed on to
    /// <paramref name="databasePort"/> of the loopback interface.
    /// </summary>
    public static async Task<Network> Create(int databasePort)
    {
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
        Ip($"-n {name} addr add {Subnet}.{number}/24 dev eth0");
        Ip($"-n {name} link set eth0 up");
        Ip($"-n {name} link set lo up");
        return ($"{Subnet}.{number}", ["ip", "netns", "exec", name]);
    }

    /// <summary>Pulls its cable.</summary>
    public static void Cut(int number) => Ip($"link set {Name(number)} down");

    /// <summary>Puts its cable back.</summary>
    public static void Mend(int number) => Ip($"link set {Name(number)} up");

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Clear(Environment.ProcessId);
        return ValueTask.CompletedTask;
    }

    private static string FreeSubnet()
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces().SelectMany(link => link.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address.ToString()).ToHashSet();
        return Enumerable.Range(Environment.ProcessId, 256).Select(number => $"10.77.{number % 256}")
            .First(subnet => !taken.Contains($"{subnet}.254"));
    }

    private static string Name(int number) => $"{Bridge}-{number}";

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return "A network that can be cut needs Linux and root.";
        try
        {
            foreach (var dead in Owners().Where(owner => !Directory.Exists($"/proc/{owner}")))
                Clear(dead);
            Ip($"link add {Bridge} type bridge");
            Ip($"netns add {Name(0)}");
            Clear(Environment.ProcessId);
            return null;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"This machine makes no network namespaces: {exception.Message}";
        }
    }

    /// <summary>Processes whose machines or bridges are here; a run that was killed leaves its own behind.</summary>
    private static IEnumerable<int> Owners() => new[] { Machines, Links }.Where(Directory.Exists)
        .SelectMany(Directory.GetFileSystemEntries)
        .Select(path => Path.GetFileName(path).Split('-')[0])
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .Select(name => int.TryParse(name[Prefix.Length..], CultureInfo.InvariantCulture, out var owner) ? owner : 0)
        .Where(owner => owner > 0).Distinct();

    private static void Clear(int owner)
    {
        if (Directory.Exists(Machines))
            foreach (var machine in Directory.GetFiles(Machines, $"{Prefix}{owner}-*"))
                Ip($"netns del {Path.GetFileName(machine)}");
        if (Directory.Exists($"{Links}/{Prefix}{owner}"))
            Ip($"link del {Prefix}{owner}");
    }

    private static void Ip(string arguments)
    {
        var (code, _, error) = ChildProcess.Run(["ip", .. arguments.Split(' ')]).GetAwaiter().GetResult();
        if (code != 0)
            throw new InvalidOperationException($"ip {arguments}: {error.Trim()}");
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
