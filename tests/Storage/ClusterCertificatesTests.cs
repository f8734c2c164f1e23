using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using OrleansCalls.Silo.Cluster;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Storage;

/// <summary>
/// The files behind TLS within a cluster: whom they let in, and that they may be replaced while a process runs.
/// </summary>
public sealed class ClusterCertificatesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleanscalls-certificates-").FullName;
    private readonly TestTime _time = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Nothing_IsSet_NoTls() => Assert.Null(Read().Certificates);

    [Fact]
    public void OnlyCertificatesOfTheAuthority_AreAccepted()
    {
        using var ours = Authority();
        using var theirs = Authority();
        Write(ours, ours);
        var certificates = ClusterCertificates.Read(Files, _time);
        using var another = Issue(ours);
        using var stranger = Issue(theirs);
        using var late = Issue(ours, TimeProvider.System.GetUtcNow().AddMinutes(-1));
        Assert.True(certificates.Accepts(another));
        Assert.False(certificates.Accepts(stranger));
        Assert.False(certificates.Accepts(late));
    }

    [Fact]
    public void Files_ThatAreReplaced_AreReadAgain_OnceTheyFitTogether()
    {
        using var old = Authority();
        using var renewed = Authority();
        Write(old, old);
        var certificates = ClusterCertificates.Read(Files, _time);
        var before = certificates.Own.Thumbprint;
        Write(renewed, old, renewed);
        File.WriteAllText(File_("KeyFile"), "half of it");
        _time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(before, certificates.Own.Thumbprint);
        using var ofRenewed = Issue(renewed);
        Assert.False(certificates.Accepts(ofRenewed));

        Write(renewed, old, renewed);
        _time.Pass(TimeSpan.FromMinutes(1));
        Assert.NotEqual(before, certificates.Own.Thumbprint);
        Assert.True(certificates.Accepts(ofRenewed));
        using var ofOld = Issue(old);
        Assert.True(certificates.Accepts(ofOld));
    }

    [Fact]
    public void CertificateOfAnotherAuthority_IsRefusedAtTheStart()
    {
        using var ours = Authority();
        using var theirs = Authority();
        Write(theirs, ours);
        var refused = Assert.Throws<SettingException>(
            () => ClusterCertificates.Read(Files, _time));
        Assert.StartsWith(
            "Cluster__CertificateFile is not of an authority in Cluster__AuthorityFile", refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void OneFileAlone_IsRefused()
    {
        using var ours = Authority();
        Write(ours, ours);
        Assert.Contains("must each name a PEM file", Assert.Throws<SettingException>(
            () => Read("CertificateFile")).Message, StringComparison.Ordinal);
    }

    private static X509Certificate2 Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Guid.NewGuid()}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
    }

    private static X509Certificate2 Issue(X509Certificate2 authority, DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = new CertificateRequest("CN=silo", key, HashAlgorithmName.SHA256).Create(
            authority, TimeProvider.System.GetUtcNow().AddHours(-1), until ?? TimeProvider.System.GetUtcNow().AddHours(1),
            RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    private string File_(string setting) => Path.Combine(_folder, setting);

    private void Write(X509Certificate2 issuer, params X509Certificate2[] authorities)
    {
        using var own = Issue(issuer);
        File.WriteAllText(File_("CertificateFile"), own.ExportCertificatePem());
        File.WriteAllText(File_("KeyFile"), own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(
            File_("AuthorityFile"), string.Join('\n', authorities.Select(authority => authority.ExportCertificatePem())));
    }

    private TlsFiles Files => new(File_("CertificateFile"), File_("KeyFile"), File_("AuthorityFile"));

    private MembershipOptions Read(params string[] set) => SettingsReader.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                set.Select(setting => KeyValuePair.Create<string, string?>($"Cluster:{setting}", File_(setting)))).Build(),
        MembershipOptions.Read);
}
