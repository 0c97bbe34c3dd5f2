using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Realtime.Client.Interop.Tests.Raw;
using Realtime.Client.Interop.Tests.Support;
using Realtime.Client.States;
using Realtime.Contracts;

namespace Realtime.Client.Interop.Tests.Quirks;

/// <summary>How the network is used: TLS, a proxy, and a server or somebody in front of it that forbids the handshake.</summary>
public sealed class NetworkOptionsTests : QuirkTest
{
    [Theory, BothWires]
    public async Task Over_TLS_the_client_decides_what_it_accepts(ClientTransports transports)
    {
        using X509Certificate2 certificate = CreateCertificate();
        int asked = 0;

        Joined joined = await JoinAsync(transports, new RawSettings { Certificate = certificate }, builder => builder.Configure(options => options.Tls = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, remote, _, _) =>
            {
                Interlocked.Increment(ref asked);
                return remote!.GetCertHashString() == certificate.GetCertHashString();
            },
        }));

        await joined.AssertAliveAsync();
        Assert.StartsWith("https://", joined.Server.Url, StringComparison.Ordinal);
        Assert.True(asked > 0);
    }

    [Theory, BothWires]
    public async Task A_certificate_that_nobody_trusts_is_refused_and_tried_again(ClientTransports transports)
    {
        using X509Certificate2 certificate = CreateCertificate();
        RawServer server = await ServerAsync(new RawSettings { Certificate = certificate });
        RealtimeClient client = Build(server, transports);
        var failed = new TaskCompletionSource<StateChange>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.StateChanged += change =>
        {
            if (change is { Reason: not null, Attempt: > 1 })
            {
                failed.TrySetResult(change);
            }
        };

        Task connecting = client.ConnectAsync();

        Assert.Equal(ClientCloseReason.TransportError, (await failed.Task.Within()).Reason);
        Assert.Empty(server.Requests);
        await client.DisconnectAsync();
        await Assert.ThrowsAsync<ConnectFailedException>(() => connecting.Within());
    }

    [Theory, BothWires]
    public async Task The_proxy_of_the_options_is_asked(ClientTransports transports)
    {
        var proxy = new NotedProxy();

        Joined joined = await JoinAsync(transports, configure: builder => builder.Configure(options => options.Proxy = proxy));

        await joined.AssertAliveAsync();
        Assert.Contains(proxy.Asked, asked => asked.Authority == new Uri(joined.Server.Url).Authority);
    }

    [Theory]
    [InlineData(ClientTransports.WebSocket, 401)]
    [InlineData(ClientTransports.WebSocket, 403)]
    [InlineData(ClientTransports.Polling, 401)]
    [InlineData(ClientTransports.Polling, 403)]
    [InlineData(ClientTransports.Automatic, 403)]
    public async Task A_handshake_that_is_forbidden_is_not_tried_again(ClientTransports transports, int status)
    {
        RawServer server = await ServerAsync(new RawSettings { First = (context, _) => AnswerAsync(context, status) });

        ConnectFailedException failure = await Assert.ThrowsAsync<ConnectFailedException>(() => Build(server, transports).ConnectAsync().Within());

        Assert.Equal(ClientCloseReason.Forbidden, failure.Reason);
        Assert.Single(server.Requests);
    }

    [Theory, BothWires]
    public async Task A_handshake_that_fails_otherwise_is_tried_again(ClientTransports transports)
    {
        int count = 0;
        RawServer server = await ServerAsync(new RawSettings { First = (context, _) => Interlocked.Increment(ref count) == 1 ? AnswerAsync(context, 503) : Task.FromResult(false) });
        Task connecting = Build(server, transports).ConnectAsync();

        await (await server.AcceptAsync()).AcceptAsync();

        await connecting.Within();
    }

    private static Task<bool> AnswerAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.FromResult(true);
    }

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }

    private sealed class NotedProxy : IWebProxy
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<Uri> _asked = new();

        internal IReadOnlyCollection<Uri> Asked => _asked;

        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination) => null;

        public bool IsBypassed(Uri host)
        {
            _asked.Enqueue(host);
            return true;
        }
    }
}
