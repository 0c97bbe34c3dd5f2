using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Realtime.Core.Authentication;

namespace Realtime.Core.Hosting;

/// <summary>One authenticator that the application added to one server, kept in the container until the server is built.</summary>
internal sealed record AuthenticatorSetup(string ServerName, Func<IServiceProvider, IHandshakeAuthenticator> Create)
{
    internal static Authenticators Build(IServiceProvider services, string serverName, HandshakeAuthenticationOptions options) => new(
        [.. services.GetServices<AuthenticatorSetup>().Where(setup => setup.ServerName == serverName).Select(static setup => setup.Create)],
        options,
        services.GetKeyedService<IUserIdProvider>(serverName) ?? services.GetService<IUserIdProvider>() ?? ClaimUserIdProvider.Instance,
        services,
        services.GetRequiredService<TimeProvider>(),
        (services.GetService<ILoggerFactory>() ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance).CreateLogger("Realtime"));
}
