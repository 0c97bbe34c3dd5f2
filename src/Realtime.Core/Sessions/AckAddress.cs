using System.Runtime.InteropServices;
using Realtime.Core.Identifiers;

namespace Realtime.Core.Sessions;

/// <summary>Where an answer goes: the id under which it was asked for, and which of the session's connections asked.</summary>
/// <remarks>Immutable. The same id means something else on another connection, so whoever sends the answer writes it to that connection or to none.</remarks>
/// <param name="Id">The id on the wire.</param>
/// <param name="Connection">The number that <see cref="ReceiveWindow.Attach"/> gave.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AckAddress(AckId Id, int Connection);
