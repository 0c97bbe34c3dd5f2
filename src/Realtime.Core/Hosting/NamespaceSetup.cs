using Realtime.Core.Namespaces;

namespace Realtime.Core.Hosting;

/// <summary>One thing that the application said about the namespaces of one server, kept in the container until the server is built.</summary>
internal sealed record NamespaceSetup(string ServerName, Action<NamespaceCatalog> Apply);
