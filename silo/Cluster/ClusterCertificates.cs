using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansCalls.Silo.Cluster;

/// <summary>
/// The certificate of this process and the accepted authorities. The files are read again when they change, so that a
/// certificate renewed in place is used for the next connection.
/// </summary>
internal sealed class ClusterCertificates
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly TlsFiles _files;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private X509Certificate2 _own;
    private X509Certificate2Collection _authorities;
    private DateTime _written;
    private long _looked;

    private ClusterCertificates(TlsFiles files, TimeProvider time)
    {
        (_files, _time) = (files, time);
        (_written, _looked) = (Written(), time.GetTimestamp());
        (_own, _authorities) = Load();
    }

    /// <summary>The certificate with its private key.</summary>
    internal X509Certificate2 Own
    {
        get
        {
            Refresh();
            return _own;
        }
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="SettingException">A file is unusable.</exception>
    internal static ClusterCertificates Read(TlsFiles files, TimeProvider time)
    {
        var certificates = new ClusterCertificates(files, time);
        return certificates.Accepts(certificates._own)
            ? certificates
            : throw new SettingException(
                "Cluster__CertificateFile is not of an authority in Cluster__AuthorityFile, or is not valid at this time.");
    }

    /// <summary>
    /// Returns true if the certificate is issued by one of the authorities and currently valid. Names are not compared: silos
    /// are addressed by IP.
    /// </summary>
    internal bool Accepts(X509Certificate2 certificate)
    {
        Refresh();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    private void Refresh()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_looked) < Period)
                return;
            _looked = _time.GetTimestamp();
            try
            {
                var written = Written();
                if (written == _written)
                    return;
                // Files that are only partly replaced do not match, and are read again.
                (_own, _authorities) = Load();
                _written = written;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SettingException)
            {
                // The previous certificates stay in use.
            }
        }
    }

    private DateTime Written() => new[] { _files.Certificate, _files.Key, _files.Authority }.Max(File.GetLastWriteTimeUtc);

    private (X509Certificate2, X509Certificate2Collection) Load()
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(_files.Authority);
            if (authorities.Count == 0)
                throw new SettingException("Cluster__AuthorityFile holds no certificate.");
            return (X509Certificate2.CreateFromPemFile(_files.Certificate, _files.Key), authorities);
        }
        catch (CryptographicException exception)
        {
            throw new SettingException(
                $"Cluster__CertificateFile, Cluster__KeyFile or Cluster__AuthorityFile cannot be used: {exception.Message}");
        }
    }
}
