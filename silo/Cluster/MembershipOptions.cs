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

    /// <summary>
    /// PEM file of this process' certificate. With it, <see cref="KeyFile"/> and <see cref="AuthorityFile"/>, silos and gateways speak
    /// TLS with each other, and each demands a certificate of the other.
    /// </summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of the certificate's private key, without a password.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM file of the authorities whose certificates are accepted; several while they are being changed.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>
    /// For silos in Kubernetes: named after their pods, and declared dead as soon as their pod is gone. Needs the variables
    /// <c>POD_NAME</c>, <c>POD_NAMESPACE</c> and <c>POD_IP</c>, and the right to list and watch pods.
    /// </summary>
    public bool Kubernetes { get; set; }

    internal bool HasTls => CertificateFile.Length + KeyFile.Length + AuthorityFile.Length > 0;

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
    public ValidateOptionsResult Validate(string? name, MembershipOptions options)
    {
        List<string> faults = [];
        if (!MembershipOptions.Shape().IsMatch(options.Id))
            faults.Add("Cluster__Id must be 1 to 64 letters, digits, '_', '.' or '-'.");
        if (options.HasTls && !new[] { options.CertificateFile, options.KeyFile, options.AuthorityFile }.All(File.Exists))
            faults.Add("Cluster__CertificateFile, Cluster__KeyFile and Cluster__AuthorityFile must each name a PEM file, or none of them.");

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
