using System.Net;
using System.Security.Cryptography;

namespace OrleansCalls.Load.Targets;

/// <summary>Which build of the service, with which settings: a change is measured beside what was before it.</summary>
/// <param name="Suffix">What its targets' names end with.</param>
/// <param name="Programs">Folder of the build's programs; null: those beside this one.</param>
/// <param name="Settings">Settings that only it has.</param>
internal sealed record Variant(string Suffix, string? Programs, IReadOnlyList<string> Settings)
{
    /// <summary>What names of targets of another build end with.</summary>
    public const string BesideSuffix = "-beside";

    /// <summary>The build that the tool belongs to.</summary>
    public static readonly Variant Own = new("", null, []);

    /// <summary>What it is, for people.</summary>
    public string Words => Suffix.Length == 0 ? "" : $", {string.Join(' ', [Programs ?? "the same build", .. Settings])}";
}

/// <summary>The service in one of its forms, from the programs built beside this one.</summary>
internal abstract class ServiceTarget : Target
{
    private readonly LoadOptions _options;
    private readonly Variant _variant;

    protected ServiceTarget(string name, string title, LoadOptions options, Variant variant)
        : base(name + variant.Suffix, title + variant.Words)
    {
        (_options, _variant) = (options, variant);
        IsService = true;
    }

    protected string Key { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <inheritdoc/>
    public override Dialect NewDialect() => new SignalR("/hubs/calls", Key);

    /// <inheritdoc/>
    public override string? Missing() => File.Exists(Program("Gateway")) ? null : $"{Program("Gateway")} is not built";

    /// <summary>A program of the service.</summary>
    protected string Program(string name) => BesideThis("OrleansCalls." + name, _variant.Programs);

    /// <summary>Settings for a program of the service: the tool's, then the scenario's, then the command line's.</summary>
    protected Dictionary<string, string> Environment(IEnumerable<string> settings, params (string Name, string Value)[] own)
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal)
        {
            ["Auth__SigningKey"] = Key,
            // A pair of the closed loop is one of thousands of real ones: neither limit is there to be measured.
            ["Gateway__MessagesPerSecond"] = "100000",
            ["Gateway__MessageBurst"] = "1000000",
            ["Calls__PairRings"] = "0",
            ["Calls__StartsPerMinute"] = "0",
            ["Calls__CalleesPerMinute"] = "0",
        };
        foreach (var (name, value) in own)
            all[name] = value;
        foreach (var setting in settings.Concat(_options.Settings).Concat(_variant.Settings)
            .Select(setting => setting.Split('=', 2)))
            all[setting[0]] = setting[1];
        return all;
    }

    /// <summary>Starts the gateway and waits until it is ready.</summary>
    protected void LaunchGateway(string part, string folder, string cores, Dictionary<string, string> environment)
    {
        Address = new IPEndPoint(IPAddress.Loopback, ServerProcess.FreePort());
        environment["ASPNETCORE_URLS"] = $"http://{Address}";
        LaunchDotnet(part, Program("Gateway"), [], folder, cores, environment)
            .AwaitPage(new Uri($"http://{Address}/health/ready"));
    }
}
