using System.IO.Pipelines;
using System.Net.Sockets;

namespace Realtime.AspNetCore.WebSockets;

/// <summary>A request whose connection is ours now.</summary>
/// <param name="Stream">Both directions, through all layers of the web server.</param>
/// <param name="Input">What arrives, past the HTTP layer; <see langword="null"/> where it cannot be had.</param>
/// <param name="Socket">What it goes out on, past all layers; <see langword="null"/> where something stands between, such as TLS.</param>
internal readonly record struct UpgradedRequest(Stream Stream, PipeReader? Input, Socket? Socket);
