using System.Runtime.InteropServices;

namespace Realtime.Core.Protocol.Json;

/// <summary>Where a placeholder stands in its JSON.</summary>
/// <param name="Start">The place of its opening brace.</param>
/// <param name="End">The place behind its closing brace.</param>
/// <param name="Number">The attachment that it asks for, or <see cref="Placeholder.NoNumber"/> when it asks for none that can be.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PlaceholderRange(int Start, int End, int Number);
