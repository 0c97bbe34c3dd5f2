using Microsoft.AspNetCore.Authorization;
using Realtime.Core.Namespaces;

#pragma warning disable IDE0130 // Where every builder extension of .NET stands, so that it needs no using.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Authorizes clients in namespaces and rooms by the policies of ASP.NET Core.</summary>
public static class NamespaceBuilderAuthorizationExtensions
{
    /// <summary>Lets in clients that the default policy of the application accepts: those that are authenticated, unless it says otherwise.</summary>
    /// <param name="builder">The namespace.</param>
    /// <returns>The namespace.</returns>
    public static NamespaceBuilder RequireAuthorization(this NamespaceBuilder builder) => builder.RequireAuthorization(policies: []);

    /// <summary>
    /// Lets in clients that all of these policies accept. Handlers of requirements get the <see cref="AccessRequest"/> as their resource. Asked before any
    /// middleware, and again when a client renews its token.
    /// </summary>
    /// <param name="builder">The namespace.</param>
    /// <param name="policies">The names of the policies.</param>
    /// <returns>The namespace.</returns>
    public static NamespaceBuilder RequireAuthorization(this NamespaceBuilder builder, params string[] policies)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policies);
        return builder.Authorize(request => IsAllowedAsync(request, policies));
    }

    /// <summary>Lets in clients that a policy accepts.</summary>
    /// <param name="builder">The namespace.</param>
    /// <param name="policy">The policy.</param>
    /// <returns>The namespace.</returns>
    public static NamespaceBuilder RequireAuthorization(this NamespaceBuilder builder, AuthorizationPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policy);
        return builder.Authorize(request => IsAllowedAsync(request, policy));
    }

    /// <summary>
    /// Lets sockets be only in those rooms that all of these policies accept. Handlers of requirements get the <see cref="AccessRequest"/> with the name of the
    /// room as their resource.
    /// </summary>
    /// <param name="builder">The namespace.</param>
    /// <param name="pattern">The names of the rooms: <c>*</c> stands for any text, as in <c>project:*</c>.</param>
    /// <param name="policies">The names of the policies; none is the default policy of the application.</param>
    /// <returns>The namespace.</returns>
    public static NamespaceBuilder AuthorizeRooms(this NamespaceBuilder builder, string pattern, params string[] policies)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(policies);
        return builder.AuthorizeRooms(pattern, request => IsAllowedAsync(request, policies));
    }

    private static async ValueTask<bool> IsAllowedAsync(AccessRequest request, string[] policies)
    {
        AsyncServiceScope scope = request.Services.CreateAsyncScope();
        await using var ends = scope.ConfigureAwait(false);
        var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
        if (policies.Length == 0)
        {
            AuthorizationPolicy policy = await scope.ServiceProvider.GetRequiredService<IAuthorizationPolicyProvider>().GetDefaultPolicyAsync().ConfigureAwait(false);
            return (await authorization.AuthorizeAsync(request.User, request, policy).ConfigureAwait(false)).Succeeded;
        }

        foreach (string policy in policies)
        {
            if (!(await authorization.AuthorizeAsync(request.User, request, policy).ConfigureAwait(false)).Succeeded)
            {
                return false;
            }
        }

        return true;
    }

    private static async ValueTask<bool> IsAllowedAsync(AccessRequest request, AuthorizationPolicy policy)
    {
        AsyncServiceScope scope = request.Services.CreateAsyncScope();
        await using var ends = scope.ConfigureAwait(false);
        var authorization = scope.ServiceProvider.GetRequiredService<IAuthorizationService>();
        return (await authorization.AuthorizeAsync(request.User, request, policy).ConfigureAwait(false)).Succeeded;
    }
}
