using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Realtime.Client.Reconnecting;
using Realtime.Client.Transports;

namespace Realtime.Client;

/// <summary>Makes a client.</summary>
/// <remarks>Not thread-safe; for one client.</remarks>
public sealed class RealtimeClientBuilder
{
    private readonly Uri _server;
    private readonly RealtimeClientOptions _options = new();
    private string _namespace = "/";
    private Func<CancellationToken, ValueTask<object?>>? _auth;
    private IReconnectPolicy? _policy;
    private ILoggerFactory _loggers = NullLoggerFactory.Instance;
    private IMeterFactory? _meters;
    private TimeProvider _timeProvider = TimeProvider.System;
    private bool _built;

    /// <summary>Initializes a new instance of the <see cref="RealtimeClientBuilder"/> class.</summary>
    /// <param name="server">The address of the server: <c>https://example.org</c>. A path in it is where a proxy puts the server, not a namespace; a query is sent along.</param>
    public RealtimeClientBuilder(string server)
        : this(new Uri(server, UriKind.Absolute))
    {
    }

    /// <inheritdoc cref="RealtimeClientBuilder(string)" />
    public RealtimeClientBuilder(Uri server)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (!server.IsAbsoluteUri || server.Scheme is not ("http" or "https" or "ws" or "wss"))
        {
            throw new ArgumentException($"'{server}' is no address of a server: it has to begin with http, https, ws or wss.", nameof(server));
        }

        _server = server;
    }

    /// <summary>Gets or sets what the client reaches its server by, for tests; <see langword="null"/> is the network.</summary>
    internal IClientTransportFactory? Transports { get; set; }

    /// <summary>Sets the main namespace.</summary>
    /// <param name="path">The name, such as <c>/chat</c>. Default <c>/</c>.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder WithNamespace(string path)
    {
        _namespace = path;
        return this;
    }

    /// <summary>Sets what gives the <c>auth</c> object that the server gets with each connect.</summary>
    /// <param name="auth">Asked anew for each attempt; returns something that is an object in JSON (written by its run-time type), or <see langword="null"/>.
    /// What it throws fails the attempt; another follows.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder WithAuth(Func<CancellationToken, ValueTask<object?>> auth)
    {
        _auth = auth;
        return this;
    }

    /// <summary>Sets what gives the <c>auth</c> object.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="auth">Asked anew for each attempt.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder WithAuth<T>(Func<CancellationToken, Task<T>> auth)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(auth);
        _auth = async cancellationToken => await auth(cancellationToken).ConfigureAwait(false);
        return this;
    }

    /// <summary>Changes the options.</summary>
    /// <param name="configure">Changes them.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder Configure(Action<RealtimeClientOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_options);
        return this;
    }

    /// <summary>Sets what decides on delays between attempts, in the place of <see cref="RealtimeClientOptions.Reconnect"/>.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder WithReconnectPolicy(IReconnectPolicy policy)
    {
        _policy = policy;
        return this;
    }

    /// <summary>Sets where the client logs, in the category <c>Realtime.Client</c>.</summary>
    /// <param name="loggers">Makes the logger.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder WithLogging(ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        _loggers = loggers;
        return this;
    }

    /// <summary>Sets what makes the meter <c>Realtime.Client</c>.</summary>
    /// <param name="meters">The factory.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder WithMetrics(IMeterFactory meters)
    {
        _meters = meters;
        return this;
    }

    /// <summary>Sets the clock.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <returns>This builder.</returns>
    public RealtimeClientBuilder WithTimeProvider(TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        _timeProvider = timeProvider;
        return this;
    }

    /// <summary>Makes the client. It does nothing before <see cref="RealtimeClient.ConnectAsync"/>.</summary>
    /// <returns>The client; the caller owns it.</returns>
    /// <exception cref="ArgumentException">An option cannot work; the message names it.</exception>
    /// <exception cref="InvalidOperationException">The builder has made a client already.</exception>
    public RealtimeClient Build()
    {
        if (_built)
        {
            throw new InvalidOperationException("A builder makes one client.");
        }

        _options.Validate();
        _built = true;
        return new RealtimeClient(_server, new ClientSetup(_namespace, _auth, _options, _policy, Transports, _loggers, _meters, _timeProvider));
    }
}
