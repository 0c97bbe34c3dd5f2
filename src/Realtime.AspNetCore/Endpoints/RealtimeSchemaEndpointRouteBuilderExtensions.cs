using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Realtime.Core.Hosting;

#pragma warning disable IDE0130 // Where every Map method of ASP.NET Core stands, so that it needs no using.
namespace Microsoft.AspNetCore.Builder;
#pragma warning restore IDE0130

/// <summary>Maps the description of real-time servers to paths.</summary>
public static class RealtimeSchemaEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Maps the JSON Schema of the events that the server of the application handles: see <see cref="IRealtimeServer.ExportSchema"/>. It tells everybody who may read it
    /// which events there are, so require authorization where that is not for all.
    /// </summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path, for example <c>/realtime/schema</c>.</param>
    /// <returns>A builder for conventions, such as <c>RequireAuthorization</c>.</returns>
    public static IEndpointConventionBuilder MapRealtimeSchema(this IEndpointRouteBuilder endpoints, string pattern) => endpoints.MapRealtimeSchema(pattern, "");

    /// <summary>Maps the JSON Schema of the events that a server handles.</summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="pattern">The path.</param>
    /// <param name="serverName">The name that the server was added under.</param>
    /// <returns>A builder for conventions.</returns>
    public static IEndpointConventionBuilder MapRealtimeSchema(this IEndpointRouteBuilder endpoints, string pattern, string serverName)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        IRealtimeServer server = endpoints.ServiceProvider.GetRequiredKeyedService<IRealtimeServer>(serverName);

        // What is handled is fixed once the server is built, so the document is made once, when somebody first asks for it.
        var document = new Lazy<ReadOnlyMemory<byte>>(server.ExportSchema);
        return endpoints.MapMethods(pattern, [HttpMethods.Get], context => WriteAsync(context, document.Value)).WithDisplayName($"Realtime schema {serverName}".TrimEnd());
    }

    private static Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> document)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = document.Length;
        return context.Response.Body.WriteAsync(document, context.RequestAborted).AsTask();
    }
}
