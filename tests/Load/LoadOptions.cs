using System.Net;

namespace OrleansCalls.Load;

/// <summary>What to run, how big and how long; from the command line.</summary>
internal sealed record LoadOptions
{
    /// <summary>Scenarios in the order in which they run.</summary>
    public static readonly string[] AllScenarios =
        ["closed", "open", "signals", "writes", "storm", "idle", "held", "deadlines", "scale-users", "scale-calls"];

    /// <summary>Servers that the tool can start.</summary>
    public static readonly string[] AllTargets = ["relay", "node", "durable", "orleans-floor", "sqlite", "postgres", "apart"];

    /// <summary>Seconds after which the service has been seen to get no faster, on one core.</summary>
    public const double WarmEnough = 60;

    public IReadOnlyList<string> Scenarios { get; init; } = AllScenarios;

    public IReadOnlyList<string> Targets { get; init; } = AllTargets;

    /// <summary>Which of them are measured in what is not about speed.</summary>
    public IReadOnlyList<string> SideTargets { get; init; } = ["relay", "node", "sqlite", "postgres", "apart"];

    public int Rounds { get; init; } = 5;

    public double Seconds { get; init; } = 6;

    public double WarmUp { get; init; } = WarmEnough;

    /// <summary>Pairs that call back to back.</summary>
    public int Pairs { get; init; } = 64;

    /// <summary>Calls a second of the open loop.</summary>
    public int Rate { get; init; } = 500;

    /// <summary>Calls a second whose signals are timed; each has 40.</summary>
    public int SignalRate { get; init; } = 50;

    /// <summary>Users at rest whose memory is measured.</summary>
    public int Users { get; init; } = 10_000;

    /// <summary>Calls held whose memory is measured.</summary>
    public int Calls { get; init; } = 4_000;

    public int Deadlines { get; init; } = 10_000;

    public int Storm { get; init; } = 5_000;

    public IReadOnlyList<int> ScaleUsers { get; init; } = [100, 10_000, 50_000];

    public IReadOnlyList<int> ScaleCalls { get; init; } = [10, 1_000, 10_000];

    public string ServerCores { get; init; } = "0";

    public string GeneratorCores { get; init; } = "1";

    /// <summary>How SQLite waits for the disk: the service's <c>Storage__Synchronous</c>.</summary>
    public string Synchronous { get; init; } = "normal";

    /// <summary>Settings given to our servers over those of the tool, as <c>Name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Another build of the service, or the same one with other settings, measured beside; null for none.</summary>
    public Variant? Beside { get; init; }

    /// <summary>A server that runs already, measured from outside only; null: the tool starts its own.</summary>
    public IPEndPoint? At { get; init; }

    /// <summary>Signs users' tokens for <see cref="At"/>.</summary>
    public string? SigningKey { get; init; }

    public bool AllowRemote { get; init; }

    /// <summary>Minutes after which the run stops, whatever is left.</summary>
    public double Minutes { get; init; } = 120;

    public string? Json { get; init; }

    public bool Short { get; init; }

    /// <summary>Sizes that take a few minutes with all targets.</summary>
    public LoadOptions Shortened() => this with
    {
        Short = true, SideTargets = ["relay", "sqlite"], Rounds = 2, Seconds = 2, WarmUp = 8, Users = 1_000, Calls = 400,
        Deadlines = 1_000, Storm = 1_000, ScaleUsers = [100, 2_000], ScaleCalls = [10, 500], Minutes = 15,
    };
}
