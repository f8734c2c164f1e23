using System.Net;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo;

/// <summary>The silo itself: section <c>Silo</c>.</summary>
public sealed class SiloOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Silo";

    /// <summary>
    /// Names this service's rows in a database. Another name is another service: nothing it stored is found under the new one.
    /// </summary>
    public const string ServiceId = "orleans-calls";

    /// <summary>
    /// IP address at which the other silos and the gateways reach this one; empty takes the machine's own (the first that is not
    /// loopback). Used in a cluster only.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>
    /// Port on which silos speak with each other; 0 takes any free one. Unset: 11111 in a cluster, any free one of the loopback
    /// interface otherwise. A silo that comes back at the same port takes its dead predecessor's place at once.
    /// </summary>
    public int? Port { get; set; }

    /// <summary>Port at which gateways of other processes knock, in a cluster; 0 takes any free one. Unset: 30000.</summary>
    public int? GatewayPort { get; set; }

    /// <summary>Seconds that a silo has to hand its grains over when it is told to stop; 1 to 600.</summary>
    public int DrainSeconds { get; set; } = 30;

    /// <summary>Seconds after which a call or a user that nobody has asked for leaves memory; 120 to 86400.</summary>
    public int CollectionAgeSeconds { get; set; } = 300;
}

/// <summary>Says in one sentence what is wrong with a setting of <see cref="SiloOptions"/>.</summary>
internal sealed class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        List<string> faults = [];
        if (options.Address.Length > 0 && !IPAddress.TryParse(options.Address, out _))
            faults.Add($"Silo__Address must be an IP address, not '{options.Address}'.");
        if (options.Port is < 0 or > 65535)
            faults.Add($"Silo__Port must be 0 to 65535, not {options.Port}.");
        if (options.GatewayPort is < 0 or > 65535)
            faults.Add($"Silo__GatewayPort must be 0 to 65535, not {options.GatewayPort}.");
        if (options.DrainSeconds is < 1 or > 600)
            faults.Add($"Silo__DrainSeconds must be 1 to 600, not {options.DrainSeconds}.");
        if (options.CollectionAgeSeconds is < 120 or > 86400)
            faults.Add($"Silo__CollectionAgeSeconds must be 120 to 86400, not {options.CollectionAgeSeconds}.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
