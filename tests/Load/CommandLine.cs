using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Load;

/// <summary>A sentence for whoever started the tool in a way that it cannot run.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>Reads the command line.</summary>
internal static class CommandLine
{
    /// <summary>What may be asked for.</summary>
    public const string Help = """
        dotnet run -c Release --project tests/Load -- [options]

          --short                  small sizes, some five minutes; without --targets, what is not about speed is measured
                                   of relay and sqlite only
          --scenarios a,b,...      closed, open, signals, writes, idle, held, deadlines, storm, scale-users, scale-calls
          --targets a,b,...        relay, node, durable, orleans-floor, sqlite, postgres, apart
          --rounds n               rounds of each measurement (5); targets alternate within a round
          --seconds s              length of one measurement (6);  --warm-up s  load before the first (60)
          --pairs n                pairs of the closed loop (64);  --rate n  calls a second of the open loop (500)
          --signal-rate n          calls a second whose signals are timed (50)
          --users n                users at rest (10000);          --calls n  calls held (4000)
          --deadlines n            ring deadlines (10000);         --storm n  clients of the reconnect storm (5000)
          --scale-users a,b,...    100,10000,50000;                --scale-calls a,b,...  10,1000,10000
          --server-cores list      0;                              --generator-cores list  1
          --synchronous mode       how SQLite waits for the disk: normal or full
          --set Name=value         a setting for our servers, such as Calls__AckWindow=00:00:05; may be repeated
          --beside folder          measures another build beside this one; its programs, such as .../artifacts/bin
          --beside-set Name=value  a setting for the build beside; without --beside it is this build again; may be repeated
          --at host:port           a gateway that runs already, instead of starting servers; with --signing-key
          --signing-key text       the HS256 key of that gateway
          --allow-remote           let --at name a machine other than this one
          --minutes m              the whole run stops after this (120)
          --json file              the results for machines
        """;

    /// <summary>The options in these words.</summary>
    /// <exception cref="UsageException">They cannot be understood, or ask for what is refused.</exception>
    public static LoadOptions Parse(string[] words)
    {
        var options = new LoadOptions();
        if (words.Contains("--short"))
            options = options.Shortened();
        for (var i = 0; i < words.Length; i++)
        {
            var name = words[i];
            if (name is "--short")
                continue;
            options = name is "--allow-remote"
                ? options with { AllowRemote = true }
                : With(options, name, ++i < words.Length ? words[i] : throw new UsageException($"{name} needs a value."));
        }

        return Checked(options);
    }

    private static LoadOptions With(LoadOptions options, string name, string value) => name switch
    {
        "--scenarios" => options with { Scenarios = Names(name, value, LoadOptions.AllScenarios) },
        "--targets" => options with
        {
            Targets = Names(name, value, LoadOptions.AllTargets), SideTargets = Names(name, value, LoadOptions.AllTargets),
        },
        "--rounds" => options with { Rounds = Whole(name, value) },
        "--seconds" => options with { Seconds = Number(name, value) },
        "--warm-up" => options with { WarmUp = Number(name, value) },
        "--pairs" => options with { Pairs = Whole(name, value) },
        "--rate" => options with { Rate = Whole(name, value) },
        "--signal-rate" => options with { SignalRate = Whole(name, value) },
        "--users" => options with { Users = Whole(name, value) },
        "--calls" => options with { Calls = Whole(name, value) },
        "--deadlines" => options with { Deadlines = Whole(name, value) },
        "--storm" => options with { Storm = Whole(name, value) },
        "--scale-users" => options with { ScaleUsers = [.. value.Split(',').Select(part => Whole(name, part))] },
        "--scale-calls" => options with { ScaleCalls = [.. value.Split(',').Select(part => Whole(name, part))] },
        "--server-cores" => options with { ServerCores = Cores(name, value) },
        "--generator-cores" => options with { GeneratorCores = Cores(name, value) },
        "--synchronous" => options with
        {
            Synchronous = value is "normal" or "full" ? value : throw new UsageException($"{name} must be normal or full."),
        },
        "--set" => options with { Settings = [.. options.Settings, Setting(name, value)] },
        "--beside" => options with { Beside = Beside(options) with { Programs = Path.GetFullPath(value) } },
        "--beside-set" => options with
        {
            Beside = Beside(options) with { Settings = [.. Beside(options).Settings, Setting(name, value)] },
        },
        "--at" => options with { At = Address(value) },
        "--signing-key" => options with { SigningKey = value },
        "--minutes" => options with { Minutes = Number(name, value) },
        "--json" => options with { Json = value },
        _ => throw new UsageException($"{name} is no option.\n\n{Help}"),
    };

    private static Variant Beside(LoadOptions options) => options.Beside ?? Variant.Own with { Suffix = Variant.BesideSuffix };

    private static string Setting(string option, string value) => value.IndexOf('=', StringComparison.Ordinal) > 0
        ? value : throw new UsageException($"{option} takes Name=value, not '{value}'.");

    private static LoadOptions Checked(LoadOptions options)
    {
        if (options.At is not { } at)
            return options;
        if (!IPAddress.IsLoopback(at.Address) && !options.AllowRemote)
            throw new UsageException(
                $"{at} is another machine. Load is for one's own servers only: say --allow-remote if it is yours.");
        if (options.SigningKey is null)
            throw new UsageException("--at needs --signing-key: the tool signs the tokens of its users itself.");
        return options with { Targets = [] };
    }

    private static IPEndPoint Address(string value)
    {
        var colon = value.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(value[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            throw new UsageException($"--at takes host:port, not '{value}'.");
        try
        {
            var address = Array.Find(Dns.GetHostAddresses(value[..colon]), a => a.AddressFamily == AddressFamily.InterNetwork);
            return new IPEndPoint(address ?? throw new UsageException($"'{value[..colon]}' has no IPv4 address."), port);
        }
        catch (SocketException)
        {
            throw new UsageException($"There is no host '{value[..colon]}'.");
        }
    }

    private static string[] Names(string option, string value, string[] known)
    {
        var names = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (Array.Find(names, name => !known.Contains(name)) is { } unknown)
            throw new UsageException($"{option} does not know '{unknown}'; there are {string.Join(", ", known)}.");
        return [.. known.Where(names.Contains)];
    }

    private static string Cores(string option, string value)
    {
        try
        {
            return Processes.Cores(value).Any() ? value : throw new FormatException();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentOutOfRangeException or OverflowException)
        {
            throw new UsageException($"{option} takes a list of cores such as 0 or 0-1,3, not '{value}'.");
        }
    }

    private static int Whole(string option, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number : throw new UsageException($"{option} takes whole numbers above 0, not '{value}'.");

    private static double Number(string option, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number : throw new UsageException($"{option} takes numbers above 0, not '{value}'.");
}
