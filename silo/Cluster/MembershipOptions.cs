using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Which cluster a process belongs to: section <c>Cluster</c>, the same in all silos and gateways.</summary>
public sealed partial class MembershipOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Cluster";

    /// <summary>
    /// Name of the cluster, 1 to 64 of <c>A-Z a-z 0-9 _ . -</c>. One database holds one living cluster: a silo of another name is
    /// refused while the first one lives, since both would ring the same phones.
    /// </summary>
    public string Id { get; set; } = SiloOptions.ServiceId;

    /// <summary>Reads the section where no options can be had yet.</summary>
    internal static MembershipOptions Read(IConfiguration configuration)
    {
        var options = new MembershipOptions();
        configuration.GetSection(Section).Bind(options);
        return options;
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    internal static partial Regex Shape();
}

/// <summary>Says in one sentence what is wrong with a setting of <see cref="MembershipOptions"/>.</summary>
internal sealed class MembershipOptionsValidator : IValidateOptions<MembershipOptions>
{
    public ValidateOptionsResult Validate(string? name, MembershipOptions options) => MembershipOptions.Shape().IsMatch(options.Id)
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail("Cluster__Id must be 1 to 64 letters, digits, '_', '.' or '-'.");
}
