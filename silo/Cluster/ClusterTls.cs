using Orleans.Connections.Security;

namespace OrleansCalls.Silo.Cluster;

/// <summary>Mutual TLS between the processes of a cluster.</summary>
internal static class ClusterTls
{
    // Orleans requires a target host; certificates are validated by their issuer only.
    private const string Name = SiloOptions.ServiceId;

    internal static void AddTls(this ISiloBuilder silo, MembershipOptions cluster)
    {
        if (cluster.Certificates is { } certificates)
            silo.UseTls(tls => Set(tls, certificates));
    }

    internal static void AddTls(this IClientBuilder client, MembershipOptions cluster)
    {
        if (cluster.Certificates is { } certificates)
            client.UseTls(tls => Set(tls, certificates));
    }

    private static void Set(TlsOptions tls, ClusterCertificates certificates)
    {
        // Required in addition to the selectors, which run for each connection.
        tls.LocalCertificate = certificates.Own;
        tls.LocalServerCertificateSelector = (_, _) => certificates.Own;
        tls.LocalClientCertificateSelector = (_, _, _, _, _) => certificates.Own;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (certificate, _, _) => certificates.Accepts(certificate);
        tls.OnAuthenticateAsClient = (_, options) => options.TargetHost = Name;
    }
}
