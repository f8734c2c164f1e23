using System.Text.RegularExpressions;

namespace OrleansCalls.Silo.Cluster;

/// <summary>The cluster of a process: section <c>Cluster</c>, the same in all silos and gateways.</summary>
public sealed partial record MembershipOptions
{
    /// <summary>
    /// The id of the cluster, 1 to 64 of <c>A-Z a-z 0-9 _ . -</c>. A database holds one active cluster: silos with another id
    /// are rejected meanwhile, since both clusters would ring the same phones.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>
    /// Whether silos are pods of Kubernetes: named after their pods, and declared dead as soon as the pod is gone. Requires the
    /// variables <c>POD_NAME</c>, <c>POD_NAMESPACE</c> and <c>POD_IP</c>, and the right to list and watch pods.
    /// </summary>
    public required bool Kubernetes { get; init; }

    /// <summary>The certificates for mutual TLS between silos and gateways; null for plain connections.</summary>
    internal ClusterCertificates? Certificates { get; init; }

    internal static MembershipOptions Read(SettingsReader settings) => new()
    {
        Id = ReadId(settings),
        Certificates = CertificatesIn(settings),
        Kubernetes = settings.Flag("Cluster__Kubernetes"),
    };

    /// <summary>Reads the id only, for callers without the certificates.</summary>
    internal static string ReadId(SettingsReader settings)
    {
        var id = settings.Text("Cluster__Id") ?? SiloOptions.ServiceId;
        if (!Shape().IsMatch(id))
            settings.Wrong("Cluster__Id", "must be 1 to 64 letters, digits, '_', '.' or '-'");
        return id;
    }

    private static ClusterCertificates? CertificatesIn(SettingsReader settings)
    {
        var (certificate, key, authority) =
            (settings.Text("Cluster__CertificateFile"), settings.Text("Cluster__KeyFile"),
                settings.Text("Cluster__AuthorityFile"));
        if (File.Exists(certificate) && File.Exists(key) && File.Exists(authority))
            return ClusterCertificates.Read(new TlsFiles(certificate, key, authority), TimeProvider.System);
        if ((certificate ?? key ?? authority) is not null)
            settings.Wrong(
                "Cluster__CertificateFile, Cluster__KeyFile and Cluster__AuthorityFile",
                "must each name a PEM file, or none of them");
        return null;
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex Shape();
}

/// <summary>PEM files for TLS within a cluster.</summary>
/// <param name="Certificate">This process' certificate.</param>
/// <param name="Key">The certificate's private key, without a password.</param>
/// <param name="Authority">The accepted authorities; several during a rotation.</param>
internal sealed record TlsFiles(string Certificate, string Key, string Authority);
