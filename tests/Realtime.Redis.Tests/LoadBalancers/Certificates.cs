using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Realtime.Redis.Tests.LoadBalancers;

/// <summary>Certificates that nobody but these tests takes.</summary>
internal static class Certificates
{
    internal const string Subject = "CN=localhost";

    internal static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
    }

    /// <summary>Writes one with its key, as HAProxy and nginx read it.</summary>
    internal static async Task WriteAsync(string path)
    {
        using X509Certificate2 certificate = Create();
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync(path, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
