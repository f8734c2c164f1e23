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

    /// <summary>Port on which silos speak with each other; 0 takes any free one of the loopback interface.</summary>
    public int Port { get; set; }

    /// <summary>Seconds after which a call or a user that nobody has asked for leaves memory; 120 to 86400.</summary>
    public int CollectionAgeSeconds { get; set; } = 300;
}

/// <summary>Says in one sentence what is wrong with a setting of <see cref="SiloOptions"/>.</summary>
internal sealed class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        List<string> faults = [];
        if (options.Port is < 0 or > 65535)
            faults.Add($"Silo__Port must be 0 to 65535, not {options.Port}.");
        if (options.CollectionAgeSeconds is < 120 or > 86400)
            faults.Add($"Silo__CollectionAgeSeconds must be 120 to 86400, not {options.CollectionAgeSeconds}.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
