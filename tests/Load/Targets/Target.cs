using System.Net;

namespace OrleansCalls.Load.Targets;

/// <summary>One of the processes of a target, whose processor time and memory count.</summary>
/// <param name="Name">gateway, silo, postgres, server.</param>
/// <param name="Pid">Its id.</param>
/// <param name="Family">Whether the processes below it count as well.</param>
/// <param name="Probe">Where it tells of its managed memory; null where it cannot.</param>
internal sealed record Part(string Name, int Pid, bool Family = false, string? Probe = null);

/// <summary>What is measured: how it is started, spoken to and looked into.</summary>
internal abstract class Target(string name, string title) : IDisposable
{
    // Settings whose values differ from start to start, and say nothing.
    private static readonly string[] OwnOfEachStart = ["SigningKey", "URLS", "Port", "Path", "ConnectionStrings"];

    private readonly List<ServerProcess> _processes = [];

    /// <summary>Its name on the command line and in results.</summary>
    public string Name { get; } = name;

    /// <summary>Whether the command line calls it so; a variant has the name with a suffix.</summary>
    public bool Is(string name) => Name == name || Name == name + Variant.BesideSuffix;

    /// <summary>What it is, for people.</summary>
    public string Title { get; } = title;

    /// <summary>Whether it is the service, not a baseline.</summary>
    public bool IsService { get; protected init; }

    /// <summary>Where clients connect, once started.</summary>
    public IPEndPoint Address { get; protected set; } = new(IPAddress.Loopback, 0);

    /// <summary>Its processes, once started.</summary>
    public IReadOnlyList<Part> Parts => Own;

    /// <summary>Its PostgreSQL, if it has one.</summary>
    public PostgresServer? Postgres { get; protected set; }

    /// <summary>Its SQLite file, if it has one.</summary>
    public string? SqliteFile { get; protected set; }

    protected List<Part> Own { get; } = [];

    /// <summary>Settings of every start so far, for the report.</summary>
    public SortedSet<string> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>The way to speak to it; its calls have ids of their own.</summary>
    public abstract Dialect NewDialect();

    /// <summary>Why it cannot run here; null when it can.</summary>
    public virtual string? Missing() => null;

    /// <summary>Starts it anew; <paramref name="settings"/> are for the service only.</summary>
    public void Start(string folder, string cores, params IEnumerable<string> settings)
    {
        Dispose();
        folder = Path.Combine(folder, $"{Name}-{Guid.NewGuid():N}"[..(Name.Length + 9)]);
        Directory.CreateDirectory(folder);
        Launch(folder, cores, [.. settings]);
    }

    public virtual void Dispose()
    {
        // The last to start is the first to go: a gateway before its silo, both before the database.
        foreach (var process in Enumerable.Reverse(_processes))
            process.Dispose();
        _processes.Clear();
        Own.Clear();
        Postgres?.Dispose();
        Postgres = null;
    }

    /// <summary>Starts its processes and waits until clients can come.</summary>
    protected abstract void Launch(string folder, string cores, IReadOnlyList<string> settings);

    /// <summary>Starts a .NET program as one of its parts.</summary>
    protected ServerProcess LaunchDotnet(
        string part, string dll, IEnumerable<string> arguments, string folder, string cores,
        Dictionary<string, string> environment)
    {
        foreach (var (key, value) in environment)
        {
            if (!OwnOfEachStart.Any(word => key.Contains(word, StringComparison.Ordinal)))
                Settings.Add($"{key}={value}");
        }

        var probe = Path.Combine(folder, part + ".probe");
        environment["DOTNET_STARTUP_HOOKS"] = typeof(Target).Assembly.Location;
        environment["ORLEANSCALLS_LOAD_PROBE"] = probe;
        return Launch(part, ["dotnet", dll, .. arguments], folder, cores, environment, probe);
    }

    /// <summary>A program that was built with this one, or lies in another folder of programs.</summary>
    protected static string BesideThis(string name, string? programs = null)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(programs ?? here.Parent!.Parent!.FullName, name, here.Name, name + ".dll");
    }

    /// <summary>Starts a PostgreSQL of its own; its processor time counts.</summary>
    protected void LaunchPostgres(string folder, string cores)
    {
        Postgres = PostgresServer.Start(folder, cores);
        Settings.Add("postgres: " + PostgresServer.Words);
        Own.Add(new Part("postgres", Postgres.Pid, Family: true));
    }

    /// <summary>Starts any program as one of its parts.</summary>
    protected ServerProcess Launch(
        string part, IEnumerable<string> command, string folder, string cores,
        Dictionary<string, string> environment, string? probe)
    {
        var process = ServerProcess.Start(part, cores, command, environment, folder);
        _processes.Add(process);
        Own.Add(new Part(part, process.Pid, Probe: probe));
        return process;
    }
}
